// Where texts stand in each other's way, or outside of what holds them.

import type { Page } from '@playwright/test';

/** Texts that overlap another one, are cut off or leave what holds them, in words. In an
    open dialog only its own: it lies over all else. */
export async function clashes(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box { text: string; node: Node; left: number; right: number; top: number; bottom: number }
    const boxes: Box[] = [];
    const found: string[] = [];
    const dialog = document.querySelector('dialog[open]');
    // Of each box once: a table of many rows has many texts in it.
    const known = new Map<Element, { edge: DOMRect; hides: boolean; ellipsis: boolean; holds: boolean }>();
    const about = (box: Element) => {
      let seen = known.get(box);
      if (!seen) {
        const { overflowX, textOverflow } = getComputedStyle(box);
        const ellipsis = overflowX !== 'visible' && textOverflow === 'ellipsis';
        const holds = box.matches('.panel, .cell, .tiles > div, td, th, button, dialog');
        seen = { edge: box.getBoundingClientRect(), hides: overflowX === 'hidden' && !ellipsis, ellipsis, holds };
        known.set(box, seen);
      }
      return seen;
    };
    const walker = document.createTreeWalker(dialog ?? document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      const text = node.textContent?.trim();
      if (!text || !parent?.checkVisibility({ visibilityProperty: true }) || parent.closest('.unseen, .said, .watching, script, title')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        let { left, right, top, bottom } = rect;
        let panel: DOMRect | undefined;
        let cut: DOMRect | undefined;
        // As far as it is to be seen: an ellipsis stands where the rest would.
        for (let box: Element | null = parent; box && box !== document.body; box = box.parentElement) {
          const { edge, hides, ellipsis, holds } = about(box);
          if (ellipsis) {
            left = Math.max(left, edge.left);
            right = Math.min(right, edge.right);
          }
          if (hides) cut ??= edge;
          if (holds) panel ??= edge;
        }
        if (right - left < 1 || bottom - top < 1) continue;
        const out = (edge: DOMRect) => left < edge.left - 1 || right > edge.right + 1;
        // A line is a little higher than its letters.
        const over = (edge: DOMRect) => top < edge.top - 3 || bottom > edge.bottom + 3;
        if (panel && (out(panel) || (!dialog && over(panel)))) found.push(`"${text}" leaves its box`);
        if (cut && (out(cut) || over(cut))) found.push(`"${text}" is cut off`);
        if (right > window.innerWidth + 1 || left < -1) found.push(`"${text}" leaves the window`);
        boxes.push({ text, node, left, right, top: top + 2, bottom: bottom - 2 });
      }
    }
    boxes.sort((a, b) => a.top - b.top);
    boxes.forEach((a, n) => {
      for (const b of boxes.slice(n + 1)) {
        if (b.top >= a.bottom) break;
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (a.node !== b.node && across > 1 && down > 1) found.push(`"${a.text}" and "${b.text}" overlap`);
      }
    });
    return [...new Set(found)].slice(0, 12);
  });
}
