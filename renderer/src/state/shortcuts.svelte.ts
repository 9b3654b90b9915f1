/** The window's keyboard shortcuts. */
import { Shortcuts } from '../lib/keys.ts';

export const onMac = navigator.userAgent.includes('Macintosh');
export const shortcuts = new Shortcuts();

/** Where the keys that a control needs for itself stay with it. */
function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog, [popover]') !== null) return true;
  if (target instanceof HTMLInputElement && ['range', 'radio', 'checkbox'].includes(target.type)) {
    return /^(Arrow|Home|End|Page| )/.test(event.key);
  }
  if (target.matches('input, textarea, select, [contenteditable]')) return true;
  const activates = event.key === 'Enter' || event.key === ' ';
  return activates && target.closest('button, a, summary') !== null;
}

/** Listens until the returned function is called. */
export function listenForShortcuts(): () => void {
  const down = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || belongsToControl(event)) return;
    if (document.querySelector('dialog[open]') !== null) return;
    if (shortcuts.press(event, onMac)) event.preventDefault();
  };
  const up = (event: KeyboardEvent) => shortcuts.release(event.code);
  const blur = () => shortcuts.releaseAll();
  window.addEventListener('keydown', down);
  window.addEventListener('keyup', up);
  window.addEventListener('blur', blur);
  return () => {
    window.removeEventListener('keydown', down);
    window.removeEventListener('keyup', up);
    window.removeEventListener('blur', blur);
  };
}
