// One listener a document, whoever has drawn this anew: the one before is taken away.
const HERE = Symbol.for("desk.keys")
const SEARCH = '[data-testid="stSidebar"] input[type="search"]'
const HITS = ".st-key-search_hits a"
const OURS = '[data-testid="stMain"] [data-testid="stBidiComponentIsolated"]'
const GRID = '[data-testid="stMain"] [data-testid="data-grid-canvas"]'
const DIALOG = '[data-testid="stDialog"], [role="dialog"][aria-modal="true"]'
const MAY_OPEN = "button, a, summary, [data-ref]"
const KEPT = 4, PATIENCE = 3000
const AS_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"])

let trigger, went, before, opened, reached

const dialog = () => document.querySelector(DIALOG)
const shown = (one) => one.getClientRects().length > 0

function active(root = document) {
  const one = root.activeElement
  return one?.shadowRoot?.activeElement ? active(one.shadowRoot) : one
}

function typing(one) {
  if (one.isContentEditable || ["TEXTAREA", "SELECT"].includes(one.tagName)) return true
  return one.tagName === "INPUT" && !AS_TEXT.has(one.type)
}

// -- the search

function collapsed() {
  return document.querySelector('[data-testid="stSidebar"]')?.dataset.collapsed === "true"
}

function shut() {
  if (!collapsed()) document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click()
}

function search() {
  before = active()
  opened = collapsed()
  if (opened) document.querySelector('[data-testid="stExpandSidebarButton"]')?.click()
  const until = Date.now() + 2000
  const enter = () => {
    const field = document.querySelector(SEARCH)
    // At once, though the sidebar is still coming: what is typed next is meant for it.
    if (field && active() !== field) { field.focus({ preventScroll: true }); field.select() }
    if ((active() !== field || collapsed()) && Date.now() < until) setTimeout(enter, 50)
  }
  enter()
}

function leave() {
  const back = before?.isConnected && before !== document.body ? before : null
  active()?.blur()
  // Opened for the search alone; on a phone it lies over the page.
  if (opened) shut()
  else back?.focus({ preventScroll: true })
  opened = before = null
}

// -- the heading that a link leads to

// Streamlit goes there when it draws it; on a slow machine what stands above it comes later, and pushes it away.
function reach() {
  if (!location.hash || reached === location.href) return
  reached = location.href
  let until = Date.now() + 3 * PATIENCE
  const stop = () => { until = 0 }
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(kind, stop, { once: true, passive: true })
  const again = () => {
    if (Date.now() > until) return
    const heading = document.getElementById(location.hash.slice(1))
    const { top = 0 } = heading?.getBoundingClientRect() ?? {}
    if (top < 0 || top > innerHeight) heading.scrollIntoView()
    setTimeout(again, 200)
  }
  again()
}

// -- lists

function stops() {
  const inHits = active()?.closest?.('[data-testid="stSidebar"]')
  const hits = [...document.querySelectorAll(HITS)].filter(shown)
  if (inHits && hits.length) return hits
  const found = []
  for (const { shadowRoot } of document.querySelectorAll(OURS)) {
    if (!shadowRoot) continue
    for (const one of shadowRoot.querySelectorAll(".card, tbody tr, .day a")) {
      const stop = one.matches("tr") ? one.querySelector("a") : one
      if (stop && shown(stop)) found.push(stop)
    }
  }
  return found
}

function step(by) {
  const all = stops(), now = active()
  if (!all.length) return inGrid(by)
  const row = now?.closest?.("tr")
  const at = all.findIndex((one) => one === now || (row && one.closest("tr") === row))
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by]
  next?.focus()
  next?.scrollIntoView({ block: "nearest", inline: "nearest" })
  return true
}

function inGrid(by) {
  const grid = document.querySelector(GRID)
  if (!grid) return false
  grid.focus()
  const key = by > 0 ? "ArrowDown" : "ArrowUp"
  grid.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true }))
  return true
}

// -- keys

const DO = {
  "/": search,
  n: () => trigger("go", "register"),
  "?": () => trigger("help", true),
  j: () => step(1),
  k: () => step(-1),
}

function press(event) {
  const one = event.composedPath()[0]
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || dialog()) return
  if (!one.tagName || typing(one)) return
  if (event.key === "Escape" && one.matches(HITS)) return leave()
  if (event.key === " " && one.tagName === "A" && stops().includes(one)) {
    event.preventDefault()
    return one.click()
  }
  if (!Object.hasOwn(DO, event.key)) return
  event.preventDefault()
  DO[event.key]()
}

function inSearch(event) {
  const field = event.composedPath()[0]
  if (!field.matches?.(SEARCH) || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || dialog()) return
  if (event.key === "Escape") leave()
  else if (event.key === "Enter" && field.value.trim()) {
    // What is in the field now: what is shown below it may be of a letter before. On its own, after what the field
    // itself sends: of both together only one part of the page would be drawn.
    const text = field.value
    setTimeout(() => trigger("enter", text), 30)
  }
  else if (event.key === "ArrowDown") {
    const first = [...document.querySelectorAll(HITS)].find(shown)
    if (first) { event.preventDefault(); first.focus() }
  }
}

// -- back to where a dialog was opened from

const openers = []

// A button of a line, or of a group: the same is asked for in others too.
function pressed(one) {
  const { act, step } = one.dataset
  const row = one.closest("tr")?.dataset.row
  const named = (name, value) => (value === undefined ? "" : `[data-${name}="${CSS.escape(value)}"]`)
  return act && `${row === undefined ? "" : `tr${named("row", row)} `}button${named("act", act)}${named("step", step)}`
}

function described(one) {
  const root = one.getRootNode()
  const of = (name) => one.getAttribute(name) && `${one.localName}[${name}="${CSS.escape(one.getAttribute(name))}"]`
  if (root instanceof ShadowRoot) {
    const inside = of("data-ref") || of("href") || of("data-more") || pressed(one)
    return inside && { inside }
  }
  const within = one.closest('[class*="st-key-"]')
  const key = within && [...within.classList].find((name) => name.startsWith("st-key-"))
  return key && { key, place: [...within.querySelectorAll(one.localName)].indexOf(one), tag: one.localName }
}

function find({ inside, key, place, tag }) {
  if (!inside) return document.querySelector(`.${CSS.escape(key)}`)?.querySelectorAll(tag)[place]
  for (const { shadowRoot } of document.querySelectorAll(OURS)) {
    const found = shadowRoot?.querySelector(inside)
    if (found) return found
  }
}

let returning

function note(event) {
  clearTimeout(returning)
  if (dialog() || (event.type === "keydown" && !["Enter", " "].includes(event.key))) return
  const one = event.composedPath()[0].closest?.(MAY_OPEN)
  const told = one && described(one)
  if (told) openers.unshift(told)
  openers.splice(KEPT)
}

function giveBack(until) {
  const now = active()
  // While the page is drawn anew after the dialog, what has the focus may go; whoever goes on by themselves stops this.
  if (!dialog() && (!now || now === document.body)) {
    const there = openers.map(find).find((one) => one && !one.disabled && shown(one))
    there?.focus({ preventScroll: true })
  }
  if (Date.now() < until) returning = setTimeout(() => giveBack(until), 80)
}

function watch() {
  let open = Boolean(dialog())
  const seen = new MutationObserver(() => {
    const now = Boolean(dialog())
    if (open && !now) { clearTimeout(returning); giveBack(Date.now() + PATIENCE) }
    open = now
  })
  seen.observe(document.body, { childList: true, subtree: true })
  return seen
}

// -- a phone

const OVER = "(max-width: 768px)"
let stood

/* There the sidebar lies over the page: whoever goes elsewhere sees what they went to, and no visit begins behind it. */
function uncover(at) {
  // Whoever has opened it themselves before this was here means to see it.
  const theirs = stood === undefined && navigator.userActivation?.hasBeenActive
  if (at !== stood && !theirs && matchMedia(OVER).matches) shut()
  stood = at
}

export default function ({ data, setTriggerValue }) {
  trigger = setTriggerValue
  uncover(data.at)
  reach()
  if (went !== undefined && data.went !== went && document.activeElement?.matches(SEARCH)) {
    before = null
    leave()
  }
  went = data.went
  document[HERE]?.()
  const all = new AbortController()
  window.addEventListener("keydown", press, { signal: all.signal })
  // The field itself keeps Enter from whoever listens after it.
  window.addEventListener("keydown", inSearch, { signal: all.signal, capture: true })
  for (const kind of ["keydown", "pointerdown"]) {
    window.addEventListener(kind, note, { signal: all.signal, capture: true })
  }
  const seen = watch()
  const end = () => { all.abort(); seen.disconnect(); if (document[HERE] === end) delete document[HERE] }
  document[HERE] = end
  return end
}
