// Which fields a region's prices were made from; the region is hidden while one of them shows another text.
const states = new WeakMap()

function field(key) {
  return document.querySelector(`.st-key-${CSS.escape(key)} input`)
}

function isRunning() {
  const app = document.querySelector("[data-testid=stApp]")
  return app && app.dataset.testScriptState !== "notRunning"
}

function check(state) {
  const { region, values, keyboards, hint, working } = state.data
  // A field that the browser has not drawn yet shows nothing else.
  const other = Object.keys(values).some((key) => {
    const input = field(key)
    return input && input.value !== values[key]
  })
  const root = document.documentElement
  root.toggleAttribute(`data-unpriced-${region}`, other)
  root.style.setProperty("--unpriced-hint", JSON.stringify(isRunning() ? working : hint))
  for (const [key, mode] of Object.entries(keyboards)) {
    const input = field(key)
    if (input && input.inputMode !== mode) input.inputMode = mode
  }
}

function watch(state) {
  const now = () => check(state)
  // A choice reaches its field a moment after the click or the key.
  const soon = () => { now(); requestAnimationFrame(() => requestAnimationFrame(now)); setTimeout(now, 150) }
  const events = ["input", "change", "click", "keydown", "keyup", "focusout"]
  for (const event of events) document.addEventListener(event, event === "input" ? now : soon, true)

  // While the page is drawn anew, fields may get other texts with no hand on them.
  const app = document.querySelector("[data-testid=stApp]")
  let frame = 0
  const follow = () => {
    now()
    frame = isRunning() ? requestAnimationFrame(follow) : 0
  }
  const observer = new MutationObserver(() => { if (!frame) frame = requestAnimationFrame(follow) })
  if (app) observer.observe(app, { attributes: true, attributeFilter: ["data-test-script-state"] })
  return () => {
    for (const event of events) document.removeEventListener(event, event === "input" ? now : soon, true)
    observer.disconnect()
    cancelAnimationFrame(frame)
    document.documentElement.removeAttribute(`data-unpriced-${state.data.region}`)
  }
}

export default function (component) {
  const { data, parentElement } = component
  const known = states.get(parentElement)
  const state = known ?? { data }
  state.data = data
  const background = getComputedStyle(parentElement.host ?? parentElement).getPropertyValue("--st-background-color")
  document.documentElement.style.setProperty("--quote-background", background)
  if (!known) {
    states.set(parentElement, state)
    state.stop = watch(state)
  }
  check(state)
  return () => {
    state.stop()
    states.delete(parentElement)
  }
}
