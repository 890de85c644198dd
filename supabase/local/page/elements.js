/** The parts of the live page. What is put into them becomes text, never HTML. */
export const part = (id) => document.getElementById(id);
export const say = (text) => part("trouble").textContent = text;

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const moment = (instant) =>
  element("time", {
    dateTime: instant,
    textContent: new Date(instant).toLocaleString(undefined, { timeStyle: "medium", dateStyle: "medium" }),
  });
