// Where texts stand in each other's way, or outside of what holds them.

import type { Page } from '@playwright/test';

/** Texts that overlap another one or leave the window or their panel, in words. */
export async function clashes(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    interface Box { text: string; node: Node; left: number; right: number; top: number; bottom: number }
    const boxes: Box[] = [];
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      const text = node.textContent?.trim();
      if (!text || !parent?.checkVisibility() || parent.closest('.unseen, .watching, dialog, script, title')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        let { left, right, top, bottom } = rect;
        let panel: DOMRect | undefined;
        // As far as it is to be seen: an ellipsis stands where the rest would.
        for (let box: Element | null = parent; box && box !== document.body; box = box.parentElement) {
          const style = getComputedStyle(box);
          const edge = box.getBoundingClientRect();
          if (style.overflowX !== 'visible' && style.textOverflow === 'ellipsis') {
            left = Math.max(left, edge.left);
            right = Math.min(right, edge.right);
          }
          if (box.matches('.panel, .cell, .tiles > div, td, th, button')) panel ??= edge;
        }
        if (right - left < 1 || bottom - top < 1) continue;
        if (panel && (left < panel.left - 1 || right > panel.right + 1)) found.push(`"${text}" leaves its box`);
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
