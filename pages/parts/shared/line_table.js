const drawn = new WeakMap()
// Of which rows is shown what is to be said, and in which language.
const unfolded = new WeakMap()

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

function button(className, text) {
  const made = element("button", className, text)
  made.type = "button"
  return made
}

const WIDE = 120
const HIGH = 26

function svgElement(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

// A step: what was seen holds until the next look says otherwise.
function steps(points, share) {
  const x = (point) => 2 + point[0] * (WIDE - 4)
  const y = (point) => 2 + (1 - point[share]) * (HIGH - 4)
  return points.map((point, n) => (n ? `H${x(point)}V${y(point)}` : `M${x(point)} ${y(point)}`)).join("")
}

function drawLine(points) {
  const made = svgElement("svg", { class: "shares", viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, "aria-hidden": "true" })
  made.append(svgElement("path", { class: "was", d: steps(points, 2) }), svgElement("path", { class: "is", d: steps(points, 1) }))
  return made
}

function drawPart(part) {
  if (part.line) {
    const made = element("span", part.kind ?? "")
    made.append(drawLine(part.line), element("span", "", part.text))
    return made
  }
  const presses = part.act || part.folds
  const kind = [presses ? "press" : "", part.kind ?? ""].join(" ").trim()
  const made = presses ? button(kind, part.text) : element(part.href ? "a" : "span", kind, part.text)
  if (part.href) made.href = part.href
  if (part.label || part.hint) made.title = part.hint || part.label
  if (part.label) made.setAttribute("aria-label", part.label)
  if (part.page) made.dataset.to = JSON.stringify({ page: part.page, query: part.query ?? {} })
  if (part.act) made.dataset.act = part.act
  if (part.folds) {
    made.dataset.folds = "1"
    made.setAttribute("aria-expanded", "false")
  }
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

function drawSaid(says, code, words, width, choose) {
  const made = element("tr", "said")
  const cell = element("td")
  cell.colSpan = width
  const said = says.find((one) => one.code === code) ?? says[0]
  const text = element("p", "", said.text)
  text.lang = said.code
  const tools = element("span", "line")
  for (const one of says) {
    const choice = button("press", one.language)
    choice.lang = one.code
    choice.setAttribute("aria-pressed", String(one === said))
    choice.onclick = () => choose(one.code)
    tools.append(choice)
  }
  const copy = button("press", words.copy)
  const status = element("span", "small")
  status.setAttribute("role", "status")
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(said.text)
      status.textContent = words.done
    } catch (error) {
      // Without https the browser keeps its clipboard to itself: the text is selected, to be copied by hand.
      getSelection().selectAllChildren(text)
      status.textContent = words.by_hand
    }
  }
  tools.append(copy, status)
  cell.append(text, tools)
  made.append(cell)
  return made
}

function unfold(row, given, data, open) {
  const code = open.get(given.id)
  const folds = row.querySelector("[data-folds]")
  if (row.nextSibling?.className === "said") row.nextSibling.remove()
  folds?.setAttribute("aria-expanded", String(code !== undefined))
  if (code === undefined || !given.says) return
  row.after(drawSaid(given.says, code, data.words, data.heads.length, (chosen) => {
    open.set(given.id, chosen)
    unfold(row, given, data, open)
    row.nextSibling.querySelector('[aria-pressed="true"]').focus({ preventScroll: true })
  }))
}

function draw(place, data, open) {
  const active = place.getRootNode().activeElement
  const held = active && { href: active.getAttribute("href"), act: active.dataset.act, folds: active.dataset.folds,
    row: active.closest("tr")?.dataset.row }
  const table = element("table", data.labelled ? "labelled" : data.rows.some((row) => row.id) ? "acting" : "")
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
    if (row.id) made.dataset.row = row.id
    made.append(...row.cells.map((cell, n) => drawCell(cell, data.heads[n])))
    body.append(made)
    if (row.says) unfold(made, row, data, open)
  }
  const top = element("thead")
  top.append(head)
  table.append(top, body)
  place.replaceChildren(table)
  const alike = (one) => (held.href ? one.getAttribute("href") === held.href : one.closest("tr")?.dataset.row === held.row &&
    one.dataset.act === held.act && one.dataset.folds === held.folds && (held.act || held.folds))
  if (held) [...place.querySelectorAll("a, button")].find(alike)?.focus({ preventScroll: true })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const place = parentElement.querySelector(".lines")
  if (!unfolded.has(place)) unfolded.set(place, new Map())
  const open = unfolded.get(place)
  const now = JSON.stringify(data)
  // What is the same stays as it is: under somebody's eyes, finger or selection.
  if (drawn.get(place) !== now) {
    draw(place, data, open)
    drawn.set(place, now)
  }
  place.onclick = (event) => {
    const pressed = event.target.closest("button[data-act], button[data-folds]")
    if (pressed) {
      const row = pressed.closest("tr")
      if (pressed.dataset.act) return setTriggerValue("act", { row: row.dataset.row, act: pressed.dataset.act })
      const given = data.rows.find((one) => one.id === row.dataset.row)
      if (open.has(given.id)) open.delete(given.id)
      else open.set(given.id, given.says[0].code)
      return unfold(row, given, data, open)
    }
    const link = event.target.closest("a[data-to]")
    // Another tab or window is the browser's to open.
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    setTriggerValue("open", JSON.parse(link.dataset.to))
  }
}
