// The demo shop: its cart lives in this tab, its events go to the pixel.
window.footfall =
  window.footfall ||
  function () {
    (footfall.q = footfall.q || []).push(arguments);
  };

const readCart = () => JSON.parse(sessionStorage.getItem("cart") || "[]");

document.addEventListener("DOMContentLoaded", () => {
  const find = (selector) => document.querySelector(selector);

  const add = find("[data-add]");
  add?.addEventListener("click", () => {
    const item = {
      sku: add.dataset.add,
      name: add.dataset.name,
      value: Number(add.dataset.value),
    };
    sessionStorage.setItem("cart", JSON.stringify([...readCart(), item]));
    footfall("event", "add_to_cart", item);
    find("[data-added]").hidden = false;
  });

  const cart = find("[data-cart]");
  const buy = find("[data-buy]");
  if (cart && readCart().length > 0) {
    const list = document.createElement("ul");
    for (const { name, value } of readCart()) {
      const row = document.createElement("li");
      row.textContent = `${name}, € ${value.toFixed(2)}`;
      list.append(row);
    }
    cart.replaceChildren(list);
    buy.hidden = false;
    buy.addEventListener("click", () => {
      const value = readCart().reduce((sum, item) => sum + item.value, 0);
      footfall("event", "purchase", { order: `T${Date.now()}`, value });
      sessionStorage.removeItem("cart");
      buy.hidden = true;
      find("[data-bought]").hidden = false;
    });
  }

  const newsletter = find("[data-newsletter]");
  newsletter?.addEventListener("submit", (event) => {
    event.preventDefault();
    footfall("event", "newsletter_signup");
    footfall("identify", { email: newsletter.email.value });
    find("[data-thanks]").hidden = false;
  });
});
