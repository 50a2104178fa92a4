const states = new WeakMap()

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "")
}

function drawCard(card) {
  const made = element("button", "card " + card.state)
  made.type = "button"
  made.dataset.ref = card.ref
  made.dataset.seen = card.seen
  made.setAttribute("aria-label", card.label)
  made.setAttribute("aria-roledescription", card.role)
  const who = line("who", "")
  who.append(line("ref", card.ref), line("", card.client, card.client, "b"))
  const domains = line("domains", "", card.domains)
  domains.append(line("domain", card.domain))
  if (card.more) domains.append(line("more", card.more))
  const chips = line("chips", "")
  for (const chip of card.chips) chips.append(line("chip " + chip.kind, chip.text, chip.title))
  made.append(who, domains, line("line-due " + card.state, card.due, card.exact), chips)
  return made
}

function line(className, text, title, name = "span") {
  const made = element(name, className, text)
  if (title) made.title = title
  return made
}

function drawHead(state, column) {
  const head = element("div", "head")
  const title = element("h3", "")
  title.append(element("span", "title", column.title), line("count", String(column.count), column.counted))
  head.append(title, ...column.lines.map((one) => element("p", one.kind, one.text)))
  if (column.aside) {
    // Shut it is a strip, where there is no room for ten; opened once, it stays so.
    const unfold = element("button", "unfold")
    unfold.type = "button"
    unfold.dataset.unfold = column.stage
    unfold.setAttribute("aria-label", fill(state.data.words.unfold, { stage: column.title }))
    head.append(unfold)
  }
  return head
}

function draw(state) {
  const { board, data } = state
  const at = [board.scrollLeft, board.scrollTop]
  const focused = board.getRootNode().activeElement?.dataset?.ref
  board.setAttribute("aria-label", data.words.board)
  board.replaceChildren(...data.columns.map((column) => {
    const made = element("section", "column" + (column.cards.length ? "" : " empty"))
    if (column.aside && column.cards.length && !state.unfolded) made.classList.add("aside")
    made.dataset.stage = column.stage
    made.setAttribute("aria-label", column.title)
    made.append(drawHead(state, column), ...column.cards.map(drawCard))
    if (column.more) {
      const more = element("button", "more", column.more)
      more.type = "button"
      more.dataset.more = column.stage
      made.append(more)
    }
    return made
  }))
  board.scrollTo(...at)
  if (focused) find(state, focused)?.focus({ preventScroll: true })
  state.drawn = state.data
}

function find(state, ref) {
  return [...state.board.querySelectorAll(".card")].find((card) => card.dataset.ref === ref)
}

function columnAt(state, x, y) {
  const box = state.board.getBoundingClientRect()
  // A finger at the very edge still means the column there; further out, the card is put back.
  if (x < box.left - 24 || x > box.right + 24 || y < box.top - 24 || y > box.bottom + 24) return null
  const within = (at, low, high) => Math.min(Math.max(at, low + 2), high - 2)
  const found = state.board.getRootNode().elementFromPoint(within(x, box.left, box.right), within(y, box.top, box.bottom))
  return found?.closest?.(".column") ?? null
}

function mark(state, column) {
  for (const other of state.board.querySelectorAll(".column.over")) other.classList.remove("over")
  column?.classList.add("over")
}

function say(state, id, values) {
  state.said.textContent = fill(state.data.words[id], values)
}

function stop(state) {
  const lifted = state.lifted
  state.lifted = null
  clearTimeout(state.holding)
  cancelAnimationFrame(state.scrolling)
  lifted?.ghost?.remove()
  lifted?.card.classList.remove("lifted")
  mark(state, null)
  if (state.data !== state.drawn) draw(state)
}

function drop(state, column) {
  const { card, from } = state.lifted
  const to = column?.dataset.stage
  const { ref, seen } = card.dataset
  stop(state)
  if (!to || to === from) return say(state, "left", {})
  say(state, "dropped", { client: card.querySelector("b").textContent, stage: column.getAttribute("aria-label") })
  // The state of the card that was seen, whatever came since: by that the page knows who was quicker.
  state.trigger("move", { ref, to, seen })
}

function lift(state, card, x, y) {
  const from = card.closest(".column").dataset.stage
  const ghost = x === undefined ? null : card.cloneNode(true)
  if (ghost) {
    ghost.classList.add("ghost")
    ghost.removeAttribute("data-ref")
    state.board.parentNode.append(ghost)
  }
  state.lifted = { card, from, ghost, keyboard: !ghost, x, y }
  card.classList.add("lifted")
  if (ghost) follow(state)
}

function follow(state) {
  const lifted = state.lifted
  if (!lifted?.ghost) return
  lifted.ghost.style.left = lifted.x - 40 + "px"
  lifted.ghost.style.top = lifted.y - 14 + "px"
  mark(state, columnAt(state, lifted.x, lifted.y))
  // Near an edge the board goes on by itself.
  const box = state.board.getBoundingClientRect()
  const step = (at, low, high) => (at > high - 30 ? 6 : at < low + 30 ? -6 : 0)
  state.board.scrollBy(step(lifted.x, box.left, box.right), step(lifted.y, box.top, box.bottom))
  state.scrolling = requestAnimationFrame(() => follow(state))
}

function press(state, event) {
  // Whoever lifted a card by keyboard and takes the pointer puts it down again.
  if (state.lifted?.keyboard) { stop(state); say(state, "left", {}) }
  const card = event.target.closest?.(".card")
  if (!card || event.button !== 0 || state.lifted || state.pressed) return
  state.pressed = { card, x: event.clientX, y: event.clientY, id: event.pointerId }
  if (event.pointerType !== "mouse") {
    // A finger scrolls, unless it rests first.
    state.holding = setTimeout(() => {
      if (state.pressed) { lift(state, card, state.pressed.x, state.pressed.y); navigator.vibrate?.(15) }
    }, 350)
  }
}

function move(state, event) {
  const pressed = state.pressed
  if (pressed?.id !== event.pointerId) return
  if (state.lifted?.ghost) {
    state.lifted.x = event.clientX
    state.lifted.y = event.clientY
    return
  }
  if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < 6) return
  if (event.pointerType === "mouse") lift(state, pressed.card, event.clientX, event.clientY)
  else { clearTimeout(state.holding); state.pressed = null }
}

function release(state, event) {
  if (state.pressed?.id !== event.pointerId) {
    setTimeout(() => { state.moved = false }, 0)
    return
  }
  clearTimeout(state.holding)
  state.pressed = null
  if (!state.lifted?.ghost) return
  state.moved = true
  setTimeout(() => { state.moved = false }, 0)
  drop(state, columnAt(state, event.clientX, event.clientY))
}

function click(state, event) {
  const more = event.target.closest?.("[data-more]")
  if (more) return state.trigger("more", more.dataset.more)
  const aside = event.target.closest?.(".column.aside")
  if (aside && aside.clientWidth < 60) {
    state.unfolded = true
    aside.classList.remove("aside")
    aside.querySelector(".card").focus({ preventScroll: true })
    return aside.scrollIntoView({ block: "nearest", inline: "nearest" })
  }
  const card = event.target.closest?.(".card")
  // The end of a drag is no click.
  if (card && !state.moved && !state.lifted) state.trigger("open", card.dataset.ref)
}

function key(state, event) {
  const card = event.target.closest?.(".card")
  if (!card) return
  const columns = [...state.board.querySelectorAll(".column")]
  const column = card.closest(".column")
  if (state.lifted?.keyboard) {
    const over = state.lifted.over ?? columns.indexOf(column)
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (turn) {
      state.lifted.over = Math.min(Math.max(over + turn, 0), columns.length - 1)
      const wanted = columns[state.lifted.over]
      mark(state, wanted)
      wanted.scrollIntoView({ block: "nearest", inline: "nearest" })
      say(state, "over", { stage: wanted.getAttribute("aria-label") })
    } else if (event.key === " " || event.key === "Enter") drop(state, columns[over])
    else if (event.key === "Escape" || event.key === "Tab") { stop(state); say(state, "left", {}) }
    if (event.key !== "Tab") event.preventDefault()
    return
  }
  if (event.key === " ") {
    event.preventDefault()
    lift(state, card)
    mark(state, column)
    return say(state, "lifted", { client: card.querySelector("b").textContent })
  }
  const cards = [...column.querySelectorAll(".card")]
  const beside = (turn) => {
    for (let at = columns.indexOf(column) + turn; columns[at]; at += turn) {
      const there = columns[at].querySelectorAll(".card")
      if (there.length) return there[Math.min(cards.indexOf(card), there.length - 1)]
    }
  }
  const next = {
    ArrowUp: () => cards[cards.indexOf(card) - 1], ArrowDown: () => cards[cards.indexOf(card) + 1],
    ArrowLeft: () => beside(-1), ArrowRight: () => beside(1),
  }[event.key]?.()
  if (next) { event.preventDefault(); next.focus() }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  let state = states.get(parentElement)
  if (!state) {
    const board = parentElement.querySelector(".board")
    state = { board, said: parentElement.querySelector(".said"), lifted: null }
    states.set(parentElement, state)
    const on = (target, name, act) => target.addEventListener(name, (event) => act(state, event))
    on(board, "pointerdown", press)
    on(board, "click", click)
    on(board, "keydown", key)
    on(board, "focusout", (_, event) => {
      const inside = event.relatedTarget && board.contains(event.relatedTarget)
      if (state.lifted?.keyboard && !inside) { stop(state); say(state, "left", {}) }
    })
    // A finger that has lifted a card must not scroll the page away under it.
    board.addEventListener("touchmove", (event) => { if (state.lifted) event.preventDefault() }, { passive: false })
    board.addEventListener("contextmenu", (event) => { if (state.lifted || state.pressed) event.preventDefault() })
    const whole = new AbortController()
    const { signal } = whole
    const everywhere = (name, act) => window.addEventListener(name, (event) => act(state, event), { signal })
    everywhere("pointermove", move)
    everywhere("pointerup", release)
    const giveUp = () => {
      // The button is still down: letting it go is no click.
      state.moved = Boolean(state.lifted?.ghost)
      state.pressed = null
      stop(state)
    }
    everywhere("pointercancel", (_, event) => { if (state.pressed?.id === event.pointerId) giveUp() })
    everywhere("keydown", (_, event) => { if (event.key === "Escape" && state.lifted) giveUp() })
    state.leave = () => { giveUp(); whole.abort() }
  }
  state.trigger = setTriggerValue
  state.data = data
  // Drawn anew only where something is new, and never under somebody's hand.
  if (!state.lifted && JSON.stringify(state.drawn) !== JSON.stringify(data)) draw(state)
  return () => { if (!parentElement.isConnected) state.leave() }
}
