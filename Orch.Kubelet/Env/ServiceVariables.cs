using System.Globalization;
using System.Net;
using System.Net.Sockets;
using k8s.Models;

namespace Orch.Kubelet.Env;

/// <summary>The variables by which containers find services, in the manner of Docker links.</summary>
internal static class ServiceVariables
{
    public static IEnumerable<KeyValuePair<string, string>> For(IEnumerable<V1Service> services)
    {
        foreach (var service in services)
        {
            var address = service.Spec?.ClusterIP;
            if (string.IsNullOrEmpty(address) || address == "None" || service.Spec!.Ports is not { Count: > 0 } ports) { continue; }

            var prefix = service.Metadata.Name.ToUpperInvariant().Replace('-', '_');
            yield return new($"{prefix}_SERVICE_HOST", address);
            yield return new($"{prefix}_SERVICE_PORT", Text(ports[0].Port));
            foreach (var port in ports.Where(static p => !string.IsNullOrEmpty(p.Name)))
            {
                yield return new($"{prefix}_SERVICE_PORT_{port.Name.ToUpperInvariant().Replace('-', '_')}", Text(port.Port));
            }

            var host = IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address;
            for (var i = 0; i < ports.Count; i++)
            {
                var protocol = (ports[i].Protocol ?? "TCP").ToUpperInvariant();
                var url = $"{protocol.ToLower(CultureInfo.InvariantCulture)}://{host}:{Text(ports[i].Port)}";
                if (i == 0) { yield return new($"{prefix}_PORT", url); }
                var link = $"{prefix}_PORT_{Text(ports[i].Port)}_{protocol}";
                yield return new(link, url);
                yield return new($"{link}_PROTO", protocol.ToLower(CultureInfo.InvariantCulture));
                yield return new($"{link}_PORT", Text(ports[i].Port));
                yield return new($"{link}_ADDR", address);
            }
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
