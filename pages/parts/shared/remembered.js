const YEAR = 60 * 60 * 24 * 365
const written = new Set()

export default function ({ data }) {
  // Once a choice: what is drawn anew in another tab must not undo a later one.
  if (written.has(data.choice)) return
  written.add(data.choice)
  const secure = location.protocol === "https:" ? "; Secure" : ""
  document.cookie = `${data.name}=${encodeURIComponent(data.value)}; Path=/; Max-Age=${YEAR}; SameSite=Strict${secure}`
}
