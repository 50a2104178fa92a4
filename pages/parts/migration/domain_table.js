const states = new WeakMap()
const CELLS = ["since", "clock", "mailboxes", "missing"]

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "")
}

function tickbox(label) {
  const made = element("input")
  made.type = "checkbox"
  made.setAttribute("aria-label", label)
  const around = element("label", "tick")
  around.append(made)
  return [around, made]
}

function drawRow(state, group, row) {
  const { words, chosen } = state.data
  const made = element("tr", row.state)
  const first = element("td", "ticks")
  if (group.actions.length) {
    const [around, box] = tickbox(fill(words.tick, { domain: row.display }))
    box.dataset.tick = row.name
    box.dataset.step = group.step
    first.append(around)
  }
  const head = element("th", "name")
  head.scope = "row"
  const name = element("button", "", row.display)
  name.type = "button"
  name.dataset.open = row.name
  name.title = words.details
  name.setAttribute("aria-pressed", String(row.name === chosen))
  head.append(name)
  made.append(first, head)
  for (const cell of CELLS) {
    const place = element("td", cell, row[cell])
    place.dataset.head = words[cell]
    if (!row[cell]) place.classList.add("blank")
    made.append(place)
  }
  return made
}

function drawGroup(state, group) {
  const { words } = state.data
  const body = element("tbody")
  body.dataset.step = group.step
  const head = element("tr", "group")
  const first = element("td", "ticks")
  if (group.actions.length && group.rows.length > 1) {
    const [around, box] = tickbox(fill(words.tick_all, { step: group.title }))
    box.dataset.all = group.step
    first.append(around)
  }
  const rest = element("th")
  rest.scope = "rowgroup"
  rest.colSpan = 1 + CELLS.length
  const line = element("div", "head")
  const title = element("span", "title", group.title)
  title.append(element("span", "count", " " + group.count))
  line.append(title)
  for (const action of group.actions) {
    const button = element("button", "action" + (action === group.actions[0] ? " first" : ""))
    button.type = "button"
    button.dataset.act = action.id
    button.dataset.step = group.step
    button.dataset.text = action.text
    if (group.refused) button.title = group.refused
    line.append(button)
  }
  rest.append(line)
  head.append(first, rest)
  body.append(head, ...group.rows.map((row) => drawRow(state, group, row)))
  return body
}

function draw(state) {
  const { place, data } = state
  const { words } = data
  const scrolled = place.scrollTop
  const focused = place.getRootNode().activeElement?.dataset
  // What was ticked stays so where it still stands at its step.
  const there = new Set(data.groups.flatMap((group) => group.rows.map((row) => group.step + " " + row.name)))
  state.ticked = new Set([...state.ticked].filter((id) => there.has(id)))
  const table = element("table")
  table.setAttribute("aria-label", words.table)
  const top = element("thead")
  const heads = element("tr")
  heads.append(element("td", "ticks"))
  for (const name of ["domain", ...CELLS]) {
    const cell = element("th", name, words[name])
    cell.scope = "col"
    heads.append(cell)
  }
  top.append(heads)
  table.append(top, ...data.groups.map((group) => drawGroup(state, group)))
  place.replaceChildren(table)
  place.classList.toggle("long", data.groups.reduce((sum, group) => sum + group.rows.length, 0) > 25)
  count(state)
  place.scrollTop = scrolled
  if (focused && Object.keys(focused).length) {
    const same = (other) => Object.entries(focused).every(([name, value]) => other.dataset[name] === value)
    const again = [...place.querySelectorAll("input, button")].find(same)
    if (again && !again.disabled) again.focus({ preventScroll: true })
  }
  state.busy = false
  state.drawn = state.data
}

function chosenOf(state, step, action) {
  const group = state.data.groups.find((one) => one.step === step)
  const all = group.rows.map((row) => row.name)
  const ticked = all.filter((name) => state.ticked.has(step + " " + name))
  const able = new Set(group.actions.find((one) => one.id === action)?.able ?? all)
  return { group, ticked, names: (ticked.length ? ticked : all).filter((name) => able.has(name)) }
}

// What stands on the buttons and in the boxes of the groups: how many of them it is about.
function count(state) {
  for (const box of state.place.querySelectorAll("[data-tick]")) {
    box.checked = state.ticked.has(box.dataset.step + " " + box.dataset.tick)
    box.closest("tr").classList.toggle("ticked", box.checked)
  }
  for (const box of state.place.querySelectorAll("[data-all]")) {
    const { group, ticked } = chosenOf(state, box.dataset.all)
    box.checked = ticked.length === group.rows.length
    box.indeterminate = ticked.length > 0 && !box.checked
  }
  for (const button of state.place.querySelectorAll("[data-act]")) {
    const { group, names } = chosenOf(state, button.dataset.step, button.dataset.act)
    const all = group.rows.length
    button.disabled = Boolean(group.refused) || !names.length
    const many = all > 1 ? " (" + (names.length < all ? names.length + "/" : "") + all + ")" : ""
    button.textContent = button.dataset.text + many
    button.setAttribute("aria-label", button.dataset.text + many + ", " + group.title)
  }
}

function change(state, event) {
  const { tick, step, all } = event.target.dataset
  const set = (id, on) => (on ? state.ticked.add(id) : state.ticked.delete(id))
  if (tick) set(step + " " + tick, event.target.checked)
  if (all) for (const row of chosenOf(state, all).group.rows) set(all + " " + row.name, event.target.checked)
  count(state)
  const of = step ?? all
  const { ticked, group } = chosenOf(state, of)
  state.said.textContent = fill(state.data.words.ticked, { n: ticked.length, all: group.rows.length, step: group.title })
}

function click(state, event) {
  const button = event.target.closest?.("button")
  if (!button) return
  if (button.dataset.open) {
    state.show = true
    return state.trigger("open", button.dataset.open)
  }
  // One click is one deed: whoever clicks twice does not do it twice.
  if (!button.dataset.act || state.busy) return
  state.busy = true
  setTimeout(() => { state.busy = false }, 2500)
  const { act: action, step } = button.dataset
  state.trigger("act", { action, step, domains: chosenOf(state, step, action).names, seen: state.data.seen })
}

function show() {
  document.querySelector(".st-key-card_block")?.scrollIntoView({ block: "nearest", behavior: "smooth" })
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  let state = states.get(parentElement)
  if (!state) {
    const place = parentElement.querySelector(".groups")
    state = { place, said: parentElement.querySelector(".said"), ticked: new Set() }
    states.set(parentElement, state)
    place.addEventListener("click", (event) => click(state, event))
    place.addEventListener("change", (event) => change(state, event))
    // Whoever comes back, from a dialog that was shut or from another button, means another deed.
    place.addEventListener("focusin", () => { state.busy = false })
  }
  state.trigger = setTriggerValue
  state.data = data
  // What is the same stays as it is: under somebody's eyes, finger or selection.
  if (JSON.stringify(state.drawn) !== JSON.stringify(data)) draw(state)
  if (state.show && data.chosen) {
    state.show = false
    setTimeout(show, 400)
  }
}
