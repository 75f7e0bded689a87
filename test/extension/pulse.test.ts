/** Whether the panel's page is still there: it answers, it is slow, or its process has ended. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Pulse } from "../../extension/pulse.js";

describe("the pulse of the panel", () => {
  let asked = 0;
  let lost = 0;
  const pulse = new Pulse({ ask: () => asked++, lost: () => lost++ });
  beforeEach(() => {
    vi.useFakeTimers();
    asked = 0;
    lost = 0;
  });
  afterEach(() => {
    pulse.stop();
    vi.useRealTimers();
  });

  it("asks while a run goes on, and never after it", () => {
    pulse.start();
    for (let beat = 0; beat < 10; beat++) {
      vi.advanceTimersByTime(5000);
      pulse.heard();
    }
    expect([asked, lost]).toEqual([10, 0]);
    pulse.stop();
    vi.advanceTimersByTime(60_000);
    expect([asked, lost]).toEqual([10, 0]);
  });

  it("forgives two answers that are missing", () => {
    pulse.start();
    vi.advanceTimersByTime(14_000);
    pulse.heard();
    vi.advanceTimersByTime(14_000);
    expect(lost).toBe(0);
  });

  it("tells once that the page is lost", () => {
    pulse.start();
    vi.advanceTimersByTime(120_000);
    expect([asked, lost]).toEqual([3, 1]);
  });
});
