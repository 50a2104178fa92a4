// Which fields a region's prices were made from; the region is hidden while one of them shows another text.
const regions = new Map()
const root = document.documentElement

function field(key) {
  return document.querySelector(`.st-key-${CSS.escape(key)} input`)
}

function isRunning() {
  const app = document.querySelector("[data-testid=stApp]")
  return Boolean(app) && app.dataset.testScriptState !== "notRunning"
}

function check() {
  for (const [region, { data, place }] of regions) {
    if (!place.isConnected) {
      regions.delete(region)
      root.removeAttribute(`data-unpriced-${region}`)
      continue
    }
    // A field that the browser has not drawn yet shows nothing else.
    const other = Object.keys(data.values).some((key) => {
      const input = field(key)
      return input && input.value !== data.values[key]
    })
    root.toggleAttribute(`data-unpriced-${region}`, other)
    root.style.setProperty("--unpriced-hint", JSON.stringify(isRunning() ? data.working : data.hint))
    for (const [key, mode] of Object.entries(data.keyboards)) {
      const input = field(key)
      if (input && input.inputMode !== mode) input.inputMode = mode
    }
  }
}

// A choice reaches its field a moment after the click or the key.
function soon() {
  check()
  requestAnimationFrame(() => requestAnimationFrame(check))
  setTimeout(check, 150)
}

// While the page is drawn anew, fields may get other texts with no hand on them.
let frame = 0
function follow() {
  check()
  frame = isRunning() ? requestAnimationFrame(follow) : 0
}

document.addEventListener("input", check, true)
document.addEventListener("keydown", (event) => { if (event.key === "Tab") root.toggleAttribute("data-tabbing", true) }, true)
document.addEventListener("pointerdown", () => root.removeAttribute("data-tabbing"), true)
for (const event of ["change", "click", "keydown", "keyup", "focusout"]) document.addEventListener(event, soon, true)
new MutationObserver((records) => {
  // A field has its text here in the frame that shows it, whoever put it there: a choice in a list comes late.
  if (records.some((one) => one.attributeName === "value")) check()
  if (!frame && regions.size) frame = requestAnimationFrame(follow)
}).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-test-script-state", "value"] })

export default function (component) {
  const { data, parentElement } = component
  // What Streamlit hands over late must not take the place of what came after it.
  const known = regions.get(data.region)
  if (known && known.data.drawn > data.drawn) return
  const place = parentElement.host ?? parentElement
  regions.set(data.region, { data, place })
  root.style.setProperty("--quote-background", getComputedStyle(place).getPropertyValue("--st-background-color"))
  soon()
}
