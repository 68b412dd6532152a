// Automatic events: for each page view, watches the conditions of each event and fires it once
// when all of them hold. Conditions that only the server can tell are taken as true here.

let looks: (() => void)[] = [];

$automatic = (fire) => {
  const view = { start: Date.now(), left: false };
  looks = $events.map(([event, conditions]) => {
    let fired = false;
    const look = () => {
      if (fired || !watches.every((holds) => holds())) return;
      fired = true;
      fire(event);
    };
    const watches: (() => boolean | undefined)[] = [];
    for (const [kind, operator, value] of conditions) {
      const watch = $kinds[kind];
      if (watch) watches.push(watch(operator, value, () => look(), view));
    }
    return look;
  });
  const mine = looks;
  mine.forEach((look) => look());
  return () => {
    view.left = true;
    mine.forEach((look) => look());
  };
};
