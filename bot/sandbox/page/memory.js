/** What this browser remembers between visits. A browser that keeps nothing just starts afresh. */

/** @param {string} key @returns {?string} */
export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is switched off: the value lasts as long as the page.
  }
}
