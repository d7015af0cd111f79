// The page that has just been loaded.

position = Number(new URL(stream()?.getAttribute("hx-sse:connect") ?? "", location.href).searchParams.get("after"));
open();
watchMidnight();
retitle();
