const LONG = 120 // letters of values from which on they open on demand

function element(tag, kind, text) {
  const made = document.createElement(tag)
  if (kind) made.className = kind
  if (text) made.textContent = text
  return made
}

function role(made, name) {
  // On a phone the table is laid out as blocks, which takes its own roles away.
  made.setAttribute("role", name)
  return made
}

function span(seconds) {
  const two = (number) => String(number).padStart(2, "0")
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours ? `${hours}:${rest}` : rest
}

function values(given) {
  const text = given.values.join(", ")
  if (text.length <= LONG) return given.values.map((value) => element("span", "value", value))
  const more = element("details")
  more.append(element("summary", "value", `${text.slice(0, LONG)}…`))
  more.append(...given.values.map((value) => element("span", "value", value)))
  return [more]
}

function fill(cell, given, column) {
  cell.className = given.kind
  const mark = element("span", "mark")
  const shape = element("span", "shape", given.shape)
  shape.setAttribute("aria-hidden", "true")
  mark.append(shape, element("span", "", given.word))
  const times = element("span", "times")
  times.append(element("span", "ends"), element("span", "left"), element("span", "age"))
  // What ticks is read once, when it is asked for, not every second.
  times.setAttribute("aria-live", "off")
  const type = element("span", "type", column)
  type.setAttribute("aria-hidden", "true")
  cell.replaceChildren(type, mark, ...values(given), ...given.notes.map((note) => element("span", "note", note)), times)
}

function tick(state) {
  const gone = Math.floor((performance.now() - state.at) / 1000)
  for (const { cell, given } of state.cells) {
    const said = {
      ends: given.ends === null ? "" : state.words.ends.replace("{time}", span(Math.max(0, given.ends - gone))),
      left: given.left === null ? "" : state.words.ttl.replace("{time}", span(Math.max(0, given.left - (given.ticks ? gone : 0)))),
      age: given.age === null ? "" : state.words.age.replace("{time}", span(given.age + gone)),
    }
    for (const place of cell.querySelectorAll(".times span")) {
      if (place.textContent !== said[place.className]) place.textContent = said[place.className]
    }
  }
}

function head(data) {
  const line = role(element("tr"), "row")
  for (const title of [data.words.server, ...data.columns]) {
    const cell = role(element("th", "", title), "columnheader")
    cell.scope = "col"
    line.append(cell)
  }
  return line
}

function line(given) {
  const made = role(element("tr"), "row")
  const title = role(element("th"), "rowheader")
  title.scope = "row"
  title.append(element("b", "", given.title), element("small", "", given.note))
  made.append(title, ...given.cells.map(() => role(element("td"), "cell")))
  return made
}

const states = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  const place = parentElement.querySelector(".answers")
  const shape = JSON.stringify([data.columns, data.words, data.rows.map((row) => [row.id, row.title, row.note])])
  let state = states.get(place)
  if (!state) {
    state = { cells: [] }
    state.timer = setInterval(() => tick(state), 1000)
    states.set(place, state)
  }
  if (state.shape !== shape) {
    const table = role(element("table"), "table")
    table.setAttribute("aria-label", data.words.label)
    const top = role(element("thead"), "rowgroup")
    top.append(head(data))
    const body = role(element("tbody"), "rowgroup")
    const lines = data.rows.map(line)
    body.append(...lines)
    table.append(top, body)
    place.replaceChildren(table)
    state.shape = shape
    state.cells = lines.flatMap((made) => [...made.querySelectorAll("td")].map((cell) => ({ cell })))
  }
  // Only what has changed is drawn anew: what somebody opened or marks with the mouse stays.
  data.rows.flatMap((row) => row.cells).forEach((given, number) => {
    const known = state.cells[number]
    const drawn = JSON.stringify([given.kind, given.word, given.values, given.notes])
    if (known.drawn !== drawn) fill(known.cell, given, data.columns[number % data.columns.length])
    Object.assign(known, { drawn, given })
  })
  state.words = data.words
  state.at = performance.now()
  tick(state)
  return () => clearInterval(state.timer)
}
