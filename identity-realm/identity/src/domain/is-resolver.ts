import { isIP } from 'node:net';

/** Whether text is the address of a DNS server, with a port where it is not 53; IPv6 in brackets. */
export const isResolver = (text: string): boolean => {
  const {
    v4,
    v6,
    port = '53',
  } = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[0-9.]+))(?::(?<port>\d{1,5}))?$/.exec(text)?.groups ?? {};
  const address = v4 === undefined ? isIP(v6 ?? '') === 6 : isIP(v4) === 4;
  return address && Number(port) > 0 && Number(port) < 65_536;
};
