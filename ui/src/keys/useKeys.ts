import { useLayoutEffect, useRef } from 'react';
import { preferences } from '../shell/preferences';
import { type Action, actionOf, isPalette } from './keys';

// false stands for what the user may not do: its key does nothing, and it has no name among the commands.
export type Handlers = { [name in Action]?: ((event?: KeyboardEvent) => void) | false };

// The newest layer that knows an action gets it, so that a page goes before the frame around it.
const layers: { current: Handlers }[] = [];
let before = '';
let forget: ReturnType<typeof setTimeout> | undefined;

const typing = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]';
const pressable = 'a, button, summary, input, select, [role=button], [role=menuitem]';

function onKeyDown(event: KeyboardEvent) {
  const at = event.target instanceof Element ? event.target : document.body;
  if (
    event.defaultPrevented ||
    (at.closest(typing) && !isPalette(event)) ||
    document.querySelector('dialog:modal, :popover-open')
  )
    return;
  if (event.key === 'Enter' && at.closest(pressable)) return;
  const { action, prefix } = actionOf(event, before, preferences().keys);
  clearTimeout(forget);
  before = prefix ?? '';
  if (prefix) forget = setTimeout(() => (before = ''), 1500);
  if (!action) return;
  const answer = handlerOf(action);
  if (!answer) return;
  event.preventDefault();
  answer(event);
}

const handlerOf = (action: Action) => layers.findLast((candidate) => candidate.current[action])?.current[action] || undefined;

// possible gives the actions that a key could set off now.
export const possible = (): Action[] =>
  [...new Set(layers.flatMap((layer) => Object.keys(layer.current) as Action[]))].filter(handlerOf);

// perform does what the key of an action would do.
export const perform = (action: Action) => handlerOf(action)?.();

// useKeys answers to keys while the component is shown. Not while something is
// typed, in a dialog, or when a key is for what has the focus.
export function useKeys(handlers: Handlers) {
  const layer = useRef(handlers);
  // Before anybody can see the page: a key that comes with the first sight of it counts.
  useLayoutEffect(() => {
    layer.current = handlers;
  });
  useLayoutEffect(() => {
    if (layers.length === 0) document.addEventListener('keydown', onKeyDown);
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) document.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}
