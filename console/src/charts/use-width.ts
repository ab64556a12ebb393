/** How wide a part of the page is, so that a chart is drawn in real pixels and its letters keep their size. */
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

export function useWidth<Part extends HTMLElement>(before: number): [RefObject<Part | null>, number] {
  const box = useRef<Part>(null);
  const [width, setWidth] = useState(before);
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const measure = () => current.clientWidth > 0 && setWidth(current.clientWidth);
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(current);
    return () => watcher.disconnect();
  }, []);
  return [box, width];
}
