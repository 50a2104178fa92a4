#!/usr/bin/env bash
# Chromium behind a SOCKS proxy that lets nothing through: a page's script still sends UDP to 127.0.0.1.
#
# Expected: with --proxy-server, "<-loopback>" in --proxy-bypass-list and every name mapped to ~NOTFOUND, whatever a page
#   calls comes to the proxy or nowhere; and --blink-settings=scriptEnabled=false turns its scripts off.
# What happens: TCP does come to the proxy. WebRTC sends its STUN question by UDP to the address that the page names, of
#   this machine too, past the proxy. Without scripts it does not; but then `--screenshot` asks for no page at all, writes
#   no picture, says nothing of it and ends with 0: that command is a script itself.
# Means for the desk: pictures of untrusted pages are taken without scripts and over the DevTools protocol
#   (core/cutover/asking/browser.py), and a Chromium that runs a script in spite of the flag is sent away.
# With: chromium-headless-shell 156.0.8078.114-1~deb12u1 (Debian 12); 2026-11-30.
#
# Needs chromium-headless-shell, installed, and python3; no network. Whoever is root runs it as nobody.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
cat >"$work/measure.py" <<'PY'
import os, pathlib, socket, subprocess, sys, threading

WORK = pathlib.Path(sys.argv[1])
trap = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
trap.bind(("127.0.0.1", 0))
trap.settimeout(5)
PORT = trap.getsockname()[1]
PAGE = f"""<body><script>
  const line = new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{PORT}"}}]}})
  line.createDataChannel("x"); line.createOffer().then(offer => line.setLocalDescription(offer))
</script>""".encode()
proxy = socket.create_server(("127.0.0.1", 0))
came = []


def serve():
    while True:
        one = proxy.accept()[0]
        threading.Thread(target=answer, args=(one,), daemon=True).start()


def answer(one):
    """SOCKS5: a.example is this very page, whatever else is called is refused."""
    with one:
        one.recv(300)
        one.sendall(b"\5\0")
        asked = one.recv(300)
        came.append(asked[5 : 5 + asked[4]].decode())
        if came[-1] != "a.example":
            one.sendall(b"\5\2\0\1" + bytes(6))
            return
        one.sendall(b"\5\0\0\1" + bytes(6))
        one.recv(5000)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
        one.sendall(head % len(PAGE) + PAGE)


threading.Thread(target=serve, daemon=True).start()


def shown(*flags):
    """Return what came to the proxy, whether UDP came past it, whether there is a picture, how the browser ended."""
    came.clear()
    picture, port = WORK / "picture.png", proxy.getsockname()[1]
    picture.unlink(missing_ok=True)
    nobody = {"user": 65534, "group": 65534, "extra_groups": ()} if os.geteuid() == 0 else {}
    ended = subprocess.run(
        ["chromium-headless-shell", "--headless", "--disable-gpu", "--timeout=3000", f"--user-data-dir={WORK}/profile",
         f"--screenshot={picture}", f"--proxy-server=socks5://127.0.0.1:{port}", "--proxy-bypass-list=<-loopback>",
         "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--disable-background-networking", *flags,
         "http://a.example/"],
        env={"HOME": str(WORK), "PATH": os.environ["PATH"]}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        timeout=60, check=False, **nobody)
    try:
        udp = bool(trap.recv(2000))
    except TimeoutError:
        udp = False
    return "a.example" in came, udp, picture.exists(), ended.returncode


found = shown(), shown("--blink-settings=scriptEnabled=false")
for what, (asked, udp, picture, code) in zip(("with scripts", "without"), found):
    print(f"{what:12}  page asked for: {asked!s:5}  UDP past the proxy: {udp!s:5}  picture: {picture!s:5}  ended with {code}")
assert found[0] == (True, True, True, 0), "WebRTC stays within the proxy now"
assert found[1] == (False, False, False, 0), "--screenshot does without scripts now"
PY
chmod 777 "$work"
python3 "$work/measure.py" "$work"
