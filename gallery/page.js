// Loops play while they are in view; a reader who wants less motion gets controls instead.
const loops = document.querySelectorAll("video.loop");
if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
  for (const video of loops) video.controls = true;
} else {
  const watch = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) target.play().catch(() => { target.controls = true; });
      else target.pause();
    }
  }, { threshold: 0.25 });
  for (const video of loops) watch.observe(video);
}
