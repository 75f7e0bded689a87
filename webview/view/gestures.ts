/** What the hand does over the picture: its size, the wheel, and drags. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Size } from "../camera.js";

interface Reference {
  readonly current: HTMLElement | null;
}

export function useSize(frame: Reference): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return size;
}

/** Preact's own wheel listener would be passive, and the page would scroll as well. */
export function useWheel(
  frame: Reference,
  turned: (event: WheelEvent, at: { readonly x: number; readonly y: number }) => void,
): void {
  const latest = useRef(turned);
  latest.current = turned;
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const listen = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      latest.current(event, { x: event.clientX - left, y: event.clientY - top });
    };
    element.addEventListener("wheel", listen, { passive: false });
    return () => element.removeEventListener("wheel", listen);
  }, []);
}

/** A drag that begins on the ground; a card or a button under the pointer has a use of its own for it. */
export function useDrag(by: (x: number, y: number) => void) {
  const from = useRef<{ readonly x: number; readonly y: number; readonly pointer: number } | null>(null);
  return {
    onPointerDown: (event: PointerEvent): void => {
      const onCard = event.target instanceof Element && event.target.closest(".node, button, .minimap") !== null;
      if (event.button === 0 && !onCard)
        from.current = { x: event.clientX, y: event.clientY, pointer: event.pointerId };
    },
    onPointerMove: (event: PointerEvent): void => {
      const start = from.current;
      if (start === null || start.pointer !== event.pointerId) return;
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { ...start, x: event.clientX, y: event.clientY };
      by(event.clientX - start.x, event.clientY - start.y);
    },
    onPointerUp: (): void => {
      from.current = null;
    },
    onPointerCancel: (): void => {
      from.current = null;
    },
  };
}
