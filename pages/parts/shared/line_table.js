const drawn = new WeakMap()

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

function drawPart(part) {
  const made = element(part.href ? "a" : "span", part.kind, part.text)
  if (part.href) made.href = part.href
  if (part.label) {
    made.title = part.label
    made.setAttribute("aria-label", part.label)
  }
  if (part.page) made.dataset.to = JSON.stringify({ page: part.page, query: part.query ?? {} })
  return made
}

function drawCell(cell, head) {
  const made = element("td")
  made.dataset.head = head
  for (const line of cell) {
    const row = element("span", "line")
    row.append(...line.map(drawPart))
    made.append(row)
  }
  return made
}

function draw(place, data) {
  const focused = place.getRootNode().activeElement?.getAttribute?.("href")
  const table = element("table", data.labelled ? "labelled" : "")
  table.setAttribute("aria-label", data.name)
  const head = element("tr")
  data.heads.forEach((text, n) => {
    const cell = element("th", "", text)
    cell.scope = "col"
    cell.style.width = data.widths[n] + "%"
    head.append(cell)
  })
  const body = element("tbody")
  for (const row of data.rows) {
    const made = element("tr", row.state)
    made.append(...row.cells.map((cell, n) => drawCell(cell, data.heads[n])))
    body.append(made)
  }
  const top = element("thead")
  top.append(head)
  table.append(top, body)
  place.replaceChildren(table)
  const links = [...place.querySelectorAll("a")]
  if (focused) links.find((a) => a.getAttribute("href") === focused)?.focus({ preventScroll: true })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const place = parentElement.querySelector(".lines")
  const now = JSON.stringify(data)
  // What is the same stays as it is: under somebody's eyes, finger or selection.
  if (drawn.get(place) !== now) {
    draw(place, data)
    drawn.set(place, now)
  }
  place.onclick = (event) => {
    const link = event.target.closest("a[data-to]")
    // Another tab or window is the browser's to open.
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    setTriggerValue("open", JSON.parse(link.dataset.to))
  }
}
