FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY src/install.mjs src/install.mjs
RUN npm ci --omit=dev
COPY . .
RUN node -e "import('./src/install.mjs').then(({ build }) => build())"

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data footfall \
  && mkdir /data && chown footfall:footfall /data
COPY --from=build /build/dist/footfall /usr/local/bin/footfall
USER footfall
# The executable unpacks its database engine into TMPDIR; with a read-only root that is the volume.
ENV FOOTFALL_DATA=/data FOOTFALL_HOST=0.0.0.0 TMPDIR=/data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["footfall", "health"]
ENTRYPOINT ["footfall"]
CMD ["serve"]
