using System.Text;
using k8s.Models;
using Orch.Kubelet.Pods;

namespace Orch.Kubelet.Dns;

/// <summary>A pod's <c>/etc/hosts</c> and names.</summary>
internal static class HostsFile
{
    private const int MaxHostname = 63;

    /// <summary>The pod's own host name.</summary>
    public static string Hostname(V1Pod pod)
    {
        if (!string.IsNullOrEmpty(pod.Spec.HostnameOverride)) { return pod.Spec.HostnameOverride; }
        if (!string.IsNullOrEmpty(pod.Spec.Hostname)) { return pod.Spec.Hostname; }
        var name = pod.Metadata.Name;
        return name.Length <= MaxHostname ? name : name[..MaxHostname].TrimEnd('-', '.');
    }

    /// <summary>The domain that a pod with a subdomain is in; empty for others.</summary>
    public static string Domain(V1Pod pod, string clusterDomain)
        => string.IsNullOrEmpty(pod.Spec.Subdomain) || !string.IsNullOrEmpty(pod.Spec.HostnameOverride)
            ? string.Empty
            : $"{pod.Spec.Subdomain}.{pod.Metadata.NamespaceProperty}.svc.{clusterDomain}";

    /// <summary>What the sandbox's kernel calls itself.</summary>
    public static string KernelHostname(V1Pod pod, string clusterDomain)
    {
        var (name, domain) = (Hostname(pod), Domain(pod, clusterDomain));
        return pod.Spec.SetHostnameAsFQDN == true && domain.Length > 0 ? $"{name}.{domain}" : name;
    }

    public static string Format(V1Pod pod, IReadOnlyList<string> addresses, string clusterDomain)
    {
        var text = new StringBuilder("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n");
        var (name, domain) = (Hostname(pod), Domain(pod, clusterDomain));
        foreach (var address in addresses)
        {
            text.Append(address).Append('\t').Append(domain.Length > 0 ? $"{name}.{domain}\t{name}" : name).Append('\n');
        }

        return text.Append(Aliases(pod)).ToString();
    }

    /// <summary>The node's own file with the pod's aliases, for pods on the node's network.</summary>
    public static string FormatForHostNetwork(V1Pod pod, string nodeHosts)
        => "# Kubernetes-managed hosts file (host network).\n" + nodeHosts + (nodeHosts.EndsWith('\n') || nodeHosts.Length == 0 ? string.Empty : "\n") + Aliases(pod);

    private static string Aliases(V1Pod pod)
    {
        if (pod.Spec.HostAliases is not { Count: > 0 } aliases) { return string.Empty; }
        var text = new StringBuilder("\n# Entries added by HostAliases.\n");
        foreach (var alias in aliases)
        {
            text.Append(alias.Ip).Append('\t').AppendJoin('\t', alias.Hostnames ?? []).Append('\n');
        }

        return text.ToString();
    }
}
