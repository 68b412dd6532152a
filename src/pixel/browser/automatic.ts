// Automatic events: for each page view, watches the conditions of each event and fires it once
// when all of them hold. Conditions that only the server can tell are taken as true here.

let shown: object;

$automatic = (fire) => {
  const view = { left: false };
  shown = view;
  const looks = $events.map(([event, conditions]) => {
    let fired = false;
    const look = () => {
      // In a single-page app the timers of the views before are still running.
      if (fired || shown != view || !watches.every((holds) => holds())) return;
      fired = true;
      fire(event);
    };
    const watches: (() => boolean | undefined)[] = [];
    for (const [kind, operator, value] of conditions) {
      const watch = $watches[kind];
      if (watch) watches.push(watch(operator, value, () => look(), view));
    }
    return look;
  });
  looks.forEach((look) => look());
  return () => {
    view.left = true;
    looks.forEach((look) => look());
    view.left = false;
  };
};
