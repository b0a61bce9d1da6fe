export default function HubPage() {
  return null;
}
