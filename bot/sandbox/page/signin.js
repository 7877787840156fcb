/** The person of this browser comes first on the page on which somebody signs in. */

import { recall } from "./memory.js";

const PERSON_KEY = "sandbox-person";
const people = document.getElementById("people");
const own = [...people.querySelectorAll("button")].find((button) => button.value === recall(PERSON_KEY));

if (own) people.prepend(own.closest("li"));
people.querySelector("button")?.focus();
