function element(tag, kind, text) {
  const made = document.createElement(tag)
  if (kind) made.className = kind
  if (text) made.textContent = text
  return made
}

function link(item, open) {
  const made = element("a", item.kind, item.text)
  // A click opens it in this session; a new tab opens the address.
  made.href = new URL(`migration?ref=${encodeURIComponent(item.ref)}`, document.baseURI).href
  made.title = item.label
  made.setAttribute("aria-label", item.label)
  made.onclick = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    open(item.ref)
  }
  return made
}

function day(given, open) {
  const made = element("section", ["day", ...given.kinds, given.items.length ? "" : "empty"].filter(Boolean).join(" "))
  made.setAttribute("aria-label", [given.label, given.note, given.count].filter(Boolean).join(", "))
  const head = element("h4")
  head.append(element("span", "short", given.number), element("span", "full", given.label))
  if (given.note) head.append(element("small", "", given.note))
  if (given.count) head.append(element("small", "", given.count))
  made.append(head, ...given.items.map((item) => link(item, open)))
  return made
}

const drawn = new WeakMap()

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const month = parentElement.querySelector(".month")
  // Drawn again for nothing, it would lose the focus.
  const now = JSON.stringify(data)
  if (drawn.get(month) === now) return
  drawn.set(month, now)
  const open = (ref) => setTriggerValue("open", ref)
  const heads = element("div", "heads")
  heads.setAttribute("aria-hidden", "true")
  heads.append(...data.weekdays.map((name) => element("span", "", name)))
  const weeks = data.weeks.map((given) => {
    const week = element("div", "week")
    week.append(...given.map((each) => day(each, open)))
    return week
  })
  month.setAttribute("role", "group")
  month.setAttribute("aria-label", data.label)
  month.replaceChildren(heads, ...weeks)
}
