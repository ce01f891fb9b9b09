using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Dns;
using Orch.Kubelet.Events;
using Orch.Kubelet.Nodes;
using Orch.Networking;
using Orch.Resources;
using Orch.Runtime;

namespace Orch.Kubelet.Pods;

/// <summary>Makes pods' sandboxes, connects them, and takes them down again.</summary>
internal sealed class PodSandboxes(
    IContainerRuntime runtime, IPodNetwork network, ContainerConfigBuilder configs, NodeAddresses node, NodeNetwork nodeNetwork, IEvents events, IOptions<KubeletOptions> options)
{
    /// <summary>Makes a sandbox with the pod's addresses; leaves nothing behind when it fails.</summary>
    public async Task<SandboxStatus> CreateAsync(PodRecord record, int attempt, CancellationToken cancellationToken)
    {
        RequireNetwork(record);
        SandboxId? made = null;
        try
        {
            var id = await runtime.RunSandboxAsync(configs.Sandbox(record.Pod, attempt), cancellationToken).ConfigureAwait(false);
            made = id;
            var sandbox = await runtime.GetSandboxStatusAsync(id, cancellationToken).ConfigureAwait(false);
            await ConnectAsync(record, sandbox, cancellationToken).ConfigureAwait(false);
            return sandbox;
        }
        catch (Exception e) when (e is RuntimeException or InvalidOperationException or IOException)
        {
            events.Warning(record.Pod, "FailedCreatePodSandBox", $"Failed to create pod sandbox: {e.Message}");
            if (made is { } id)
            {
                await network.DetachAsync(id.Value, cancellationToken).ConfigureAwait(false);
                await runtime.RemoveSandboxAsync(id, cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Sees to a ready sandbox's addresses and to the files that depend on them; cheap when all is known.</summary>
    public async Task ConnectAsync(PodRecord record, SandboxStatus sandbox, CancellationToken cancellationToken)
    {
        if (record.AttachedSandbox == sandbox.Id) { return; }

        RequireNetwork(record);
        if (sandbox.NetworkNamespacePath is { } path && !record.Pod.IsHostNetwork())
        {
            var request = new PodNetworkRequest(sandbox.Id.Value, path, PodFacts.Key(record.Pod)) { HostPorts = [.. HostPorts(record.Pod)] };
            var given = await network.AttachAsync(request, cancellationToken).ConfigureAwait(false);
            record.Addresses = [.. given.Addresses.Select(static a => a.ToString())];
        }
        else
        {
            record.Addresses = node.All;
        }

        WriteFiles(record);
        record.AttachedSandbox = sandbox.Id;
    }

    /// <summary>Stops a sandbox and frees its addresses; idempotent.</summary>
    public async Task StopAsync(PodRecord record, SandboxStatus sandbox, CancellationToken cancellationToken)
    {
        await network.DetachAsync(sandbox.Id.Value, cancellationToken).ConfigureAwait(false);
        await runtime.StopSandboxAsync(sandbox.Id, cancellationToken).ConfigureAwait(false);
        if (record.AttachedSandbox == sandbox.Id) { (record.AttachedSandbox, record.Addresses) = (null, []); }
    }

    private static IEnumerable<HostPortMapping> HostPorts(V1Pod pod)
        => pod.InitContainers().Where(static c => c.IsSidecar()).Concat(pod.Spec.Containers).SelectMany(static c => c.Ports ?? [])
            .Where(static p => p.HostPort is > 0)
            .Select(static p => new HostPortMapping(
                p.Protocol ?? "TCP", p.HostPort!.Value, p.ContainerPort, System.Net.IPAddress.TryParse(p.HostIP, out var address) ? address : null));

    private void RequireNetwork(PodRecord record)
    {
        if (nodeNetwork.IsReady || record.Pod.IsHostNetwork()) { return; }
        events.Warning(record.Pod, "NetworkNotReady", "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:the node has no pod network yet");
        throw new InvalidOperationException("the pod network is not ready");
    }

    private void WriteFiles(PodRecord record)
    {
        var pod = record.Pod;
        Directory.CreateDirectory(Path.GetDirectoryName(configs.HostsPath(record.Uid))!);
        var hosts = pod.IsHostNetwork()
            ? HostsFile.FormatForHostNetwork(pod, File.Exists("/etc/hosts") ? File.ReadAllText("/etc/hosts") : string.Empty)
            : HostsFile.Format(pod, record.Addresses, options.Value.ClusterDomain);
        Write(configs.HostsPath(record.Uid), hosts);
        var path = options.Value.ResolverConfigPath;
        var own = path.Length > 0 && File.Exists(path) ? ResolverConfig.Parse(File.ReadAllText(path)) : ResolverConfig.Empty;
        Write(configs.ResolverPath(record.Uid), ResolverConfig.For(pod, own, [.. options.Value.ClusterDns], options.Value.ClusterDomain).Format());
    }

    // Written in place: running containers have the very file mounted.
    private static void Write(string path, string content)
    {
        if (File.Exists(path) && File.ReadAllText(path) == content) { return; }
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, (UnixFileMode)0x1a4);
    }
}
