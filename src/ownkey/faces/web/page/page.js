// Cells are measured once, when the terminal is made: so its fonts come first.
addEventListener("load", async () => {
  const faces = ["16px", "bold 16px", "italic 16px", "italic bold 16px"];
  await Promise.allSettled(faces.map((face) => document.fonts.load(`${face} "Roboto Mono"`)));
  const client = document.createElement("script");
  client.src = "/client/js/textual.js";
  client.onload = () => {
    focusWhenDrawn();
    window.onload(); // the client's own, which came too late for the event
  };
  document.body.append(client);
});

// The keys go to the app without a click.
function focusWhenDrawn() {
  new MutationObserver((_, observer) => {
    if (document.body.classList.contains("-first-byte")) {
      observer.disconnect();
      document.querySelector(".xterm-helper-textarea").focus();
    }
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
