// The button that copies a code block stands in a landmark, one for each block; readers' lists of landmarks need none of them.
new MutationObserver(() => {
  for (const nav of document.querySelectorAll("nav.md-code__nav")) nav.setAttribute("role", "none");
}).observe(document.documentElement, { childList: true, subtree: true });
