import type { ComponentChildren } from "preact";
import { DemoLayout } from "./layout.tsx";

export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly price: number;
  readonly words: string;
  readonly hue: string;
}

/** What the demo shop sells. */
export const PRODUCTS: readonly Product[] = [
  {
    sku: "trail-shoe",
    name: "Trail shoe",
    price: 119,
    words: "Grips on wet rock, dries while you have lunch, and weighs less than the lunch did.",
    hue: "moss",
  },
  {
    sku: "day-pack",
    name: "Day pack, 22 litres",
    price: 84,
    words: "Room for a rope, a jumper and a thermos, with a back that lets air through.",
    hue: "clay",
  },
  {
    sku: "rain-shell",
    name: "Rain shell",
    price: 149,
    words: "Keeps out three hours of Scottish rain and packs into its own pocket.",
    hue: "slate",
  },
];

interface PageProps {
  /** The public key of the demo site; undefined until it was made. */
  readonly pixel: string | undefined;
}

const Price = ({ value }: { value: number }) => <b>€ {value.toFixed(2)}</b>;

/** The shop window. */
export const DemoHome = ({ pixel }: PageProps) => (
  <DemoLayout title="Trailhead" pixel={pixel}>
    <section class="hero">
      <h1>Go further on Saturday</h1>
      <p>Three things that we would not go up a hill without.</p>
    </section>
    <ul class="goods">
      {PRODUCTS.map((product) => (
        <li>
          <a href={`/product/${product.sku}`}>
            <span class={`picture ${product.hue}`} />
            <span>{product.name}</span>
            <Price value={product.price} />
          </a>
        </li>
      ))}
    </ul>
    <Newsletter />
  </DemoLayout>
);

const Newsletter = () => (
  <form class="newsletter" data-newsletter>
    <label for="email">A letter about one walk, once a month</label>
    <div>
      <input id="email" name="email" type="email" required placeholder="you@example.com" />
      <button>Sign up</button>
    </div>
    <p role="status" data-thanks hidden>
      Thank you. The shop now says who you are, but without a signature: look how your contact is
      shown.
    </p>
  </form>
);

/** One thing to buy. */
export const DemoProduct = ({ pixel, product }: PageProps & { product: Product }) => (
  <DemoLayout title={product.name} pixel={pixel}>
    <article class="product">
      <span class={`picture large ${product.hue}`} />
      <div>
        <h1>{product.name}</h1>
        <Price value={product.price} />
        <p>{product.words}</p>
        <button data-add={product.sku} data-name={product.name} data-value={String(product.price)}>
          Add to cart
        </button>
        <p role="status" data-added hidden>
          It is in your cart. <a href="/cart">Go to the cart</a>
        </p>
      </div>
    </article>
    <Long>
      <h2>How it was made</h2>
      <p>
        We walked the same forty kilometres with eleven versions of it and kept a diary of every
        blister. The twelfth is the one you see. It is sewn two valleys from here, by people who
        wear it themselves.
      </p>
      <h2>Looking after it</h2>
      <p>
        Brush it when it is dry, wash it by hand when it is not to be helped otherwise, and send it
        back to us when something comes loose. We mend what we sell for as long as we are here.
      </p>
      <h2>Questions people ask</h2>
      <p>
        Yes, it fits people with wide feet. No, we do not ship by plane. Yes, you may walk in it and
        still send it back, as long as we hear where you went.
      </p>
    </Long>
  </DemoLayout>
);

const Long = ({ children }: { children: ComponentChildren }) => <div class="long">{children}</div>;

/** A page people hesitate on. */
export const DemoPricing = ({ pixel }: PageProps) => (
  <DemoLayout title="Hire instead of buying" pixel={pixel}>
    <h1>Hire instead of buying</h1>
    <ul class="goods">
      {[
        ["A weekend", "€ 19", "Anything in the shop, Friday noon to Monday noon."],
        ["A week", "€ 45", "And a map of where the others went."],
        ["A season", "€ 129", "Change what you carry as often as the weather does."],
      ].map(([name, price, words]) => (
        <li class="plan">
          <h2>{name}</h2>
          <b>{price}</b>
          <p>{words}</p>
        </li>
      ))}
    </ul>
  </DemoLayout>
);

/** Where a purchase happens, or does not. */
export const DemoCart = ({ pixel }: PageProps) => (
  <DemoLayout title="Your cart" pixel={pixel}>
    <h1>Your cart</h1>
    <div data-cart>
      <p>
        Your cart is empty. <a href="/">Look around</a>
      </p>
    </div>
    <button data-buy hidden>
      Buy
    </button>
    <p role="status" data-bought hidden>
      Bought — as far as a demo goes. The purchase is on your overview.
    </p>
  </DemoLayout>
);

/** Nothing is here. */
export const DemoMissing = ({ pixel }: PageProps) => (
  <DemoLayout title="Not found" pixel={pixel}>
    <h1>This path leads nowhere</h1>
    <p>
      <a href="/">Back to the trailhead</a>
    </p>
  </DemoLayout>
);
