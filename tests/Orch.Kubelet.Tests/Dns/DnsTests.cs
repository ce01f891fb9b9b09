using k8s.Models;
using Orch.Kubelet.Dns;
using Orch.Testing.Builders;

namespace Orch.Kubelet.Tests.Dns;

public sealed class DnsTests
{
    private static readonly ResolverConfig Node = ResolverConfig.Parse("# comment\nnameserver 1.1.1.1\nnameserver 8.8.8.8\nsearch corp.example .\noptions timeout:2\n");

    [Theory]
    [InlineData("ClusterFirst", false, "search default.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n")]
    [InlineData("ClusterFirst", true, "search corp.example\nnameserver 1.1.1.1\nnameserver 8.8.8.8\noptions timeout:2\n")]
    [InlineData("ClusterFirstWithHostNet", true, "search default.svc.cluster.local svc.cluster.local cluster.local corp.example\nnameserver 10.96.0.10\noptions ndots:5\n")]
    [InlineData("Default", false, "search corp.example\nnameserver 1.1.1.1\nnameserver 8.8.8.8\noptions timeout:2\n")]
    [InlineData("None", false, "search extra.example\nnameserver 9.9.9.9\noptions ndots:2 edns0\n")]
    public void Resolver_ByPolicy(string policy, bool hostNetwork, string expected)
    {
        var pod = Build.Pod("web");
        (pod.Spec.DnsPolicy, pod.Spec.HostNetwork) = (policy, hostNetwork);
        if (policy == "None")
        {
            pod.Spec.DnsConfig = new V1PodDNSConfig
            {
                Nameservers = ["9.9.9.9"],
                Searches = ["extra.example"],
                Options = [new V1PodDNSConfigOption { Name = "ndots", Value = "2" }, new V1PodDNSConfigOption { Name = "edns0" }],
            };
        }

        Assert.Equal(expected, ResolverConfig.For(pod, Node, ["10.96.0.10"], "cluster.local").Format());
    }

    [Fact]
    public void Resolver_OwnOptions_ReplaceTheClusters()
    {
        var pod = Build.Pod("web");
        pod.Spec.DnsConfig = new V1PodDNSConfig { Options = [new V1PodDNSConfigOption { Name = "ndots", Value = "1" }] };

        Assert.EndsWith("options ndots:1\n", ResolverConfig.For(pod, Node, ["10.96.0.10"], "cluster.local").Format(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_NameAliasesAndSubdomain()
    {
        var pod = Build.Pod("web-0");
        (pod.Spec.Hostname, pod.Spec.Subdomain) = ("web-0", "web");
        pod.Spec.HostAliases = [new V1HostAlias { Ip = "1.2.3.4", Hostnames = ["foo", "bar"] }];

        var text = HostsFile.Format(pod, ["10.0.0.5"], "cluster.local");

        Assert.StartsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n", text, StringComparison.Ordinal);
        Assert.Contains("\n10.0.0.5\tweb-0.web.default.svc.cluster.local\tweb-0\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n# Entries added by HostAliases.\n1.2.3.4\tfoo\tbar\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostname_OfLongName_IsCutAtALabel()
        => Assert.Equal(new string('a', 62), HostsFile.Hostname(Build.Pod(new string('a', 62) + "-tail")));

    [Fact]
    public void KernelHostname_AsFqdn()
    {
        var pod = Build.Pod("p");
        (pod.Spec.Subdomain, pod.Spec.SetHostnameAsFQDN) = ("s", true);

        Assert.Equal("p.s.default.svc.cluster.local", HostsFile.KernelHostname(pod, "cluster.local"));
    }
}
