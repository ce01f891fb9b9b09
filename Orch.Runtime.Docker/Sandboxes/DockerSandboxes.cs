using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Orch.Runtime.Docker.Containers;
using Orch.Runtime.Docker.Engine;
using Orch.Runtime.Docker.Images;

namespace Orch.Runtime.Docker.Sandboxes;

/// <summary>Sandboxes as containers that only wait: the first in a pod, whose namespaces the others join.</summary>
internal sealed class DockerSandboxes(DockerEngine engine, EngineLabels labels, PauseImage pauseImage, EngineContainers containers, OomScoreFloor oomScore)
    : ISandboxes
{
    private readonly ConcurrentDictionary<string, ContainerIdentity> _identities = new(); // They never change; dropped on removal.

    public async Task<SandboxId> RunSandboxAsync(SandboxConfig config, CancellationToken cancellationToken)
    {
        var identity = new ContainerIdentity
        {
            Pod = config.Pod,
            Attempt = config.Attempt,
            Namespaces = config.Namespaces,
            Labels = config.Labels.ToDictionary(),
            Annotations = config.Annotations.ToDictionary(),
        };
        var id = await CreateAsync(config, identity, cancellationToken).ConfigureAwait(false);
        try
        {
            await containers.StartAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The name must be free for the next try, also when the caller gave up meanwhile.
            await containers.TryRemoveAsync(id).ConfigureAwait(false);
            throw;
        }

        _identities[id] = identity;
        return new SandboxId(id);
    }

    public async Task StopSandboxAsync(SandboxId id, CancellationToken cancellationToken)
    {
        var members = await MembersAsync(id, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(members.Select(member => containers.KillAsync(member, cancellationToken))).ConfigureAwait(false);
        await containers.KillAsync(id.Value, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveSandboxAsync(SandboxId id, CancellationToken cancellationToken)
    {
        var members = await MembersAsync(id, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(members.Select(member => containers.RemoveAsync(member, cancellationToken))).ConfigureAwait(false);
        await containers.RemoveAsync(id.Value, cancellationToken).ConfigureAwait(false);
        _identities.TryRemove(id.Value, out _);
    }

    public async Task<SandboxStatus> GetSandboxStatusAsync(SandboxId id, CancellationToken cancellationToken)
    {
        var inspected = await containers.InspectAsync(id.Value, cancellationToken).ConfigureAwait(false);
        return labels.TryRead(inspected.Config?.Labels, out var identity) && identity.IsSandbox
            ? ToStatus(
                id.Value,
                identity,
                isRunning: inspected.State!.Running,
                EngineTime.From(inspected.Created),
                inspected.State!.Pid)
            : throw new RuntimeException(RuntimeErrorCode.NotFound, $"container {id} is no sandbox of this cluster");
    }

    public async Task<IReadOnlyList<SandboxStatus>> ListSandboxesAsync(
        IReadOnlyDictionary<string, string> wanted, CancellationToken cancellationToken)
    {
        var listed = await containers.ListAsync("sandbox", wanted, isRunningOnly: false, cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(listed.Select(entry => StatusOfAsync(entry, cancellationToken))).ConfigureAwait(false);
    }

    /// <summary>Which namespaces a sandbox's containers join.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.NotFound"/>.</exception>
    public async ValueTask<ContainerIdentity> IdentityOfAsync(SandboxId id, CancellationToken cancellationToken)
    {
        if (_identities.TryGetValue(id.Value, out var known))
        {
            return known;
        }

        var inspected = await containers.InspectAsync(id.Value, cancellationToken).ConfigureAwait(false);
        return labels.TryRead(inspected.Config?.Labels, out var identity) && identity.IsSandbox
            ? _identities[id.Value] = identity
            : throw new RuntimeException(RuntimeErrorCode.NotFound, $"container {id} is no sandbox of this cluster");
    }

    private static SandboxStatus ToStatus(string id, ContainerIdentity identity, bool isRunning, DateTimeOffset createdAt, long processId) =>
        new(new SandboxId(id), identity.Pod, identity.Attempt)
        {
            IsReady = isRunning,
            CreatedAt = createdAt,
            NetworkNamespacePath = isRunning && processId > 0 && identity.Namespaces.Network != NamespaceMode.Node ? $"/proc/{processId}/ns/net" : null,
            Namespaces = identity.Namespaces,
            Labels = identity.Labels,
            Annotations = identity.Annotations,
        };

    // A list does not tell process ids: running sandboxes are inspected once, and their ids kept for as long as they run.
    private async Task<SandboxStatus> StatusOfAsync(EngineContainers.Entry entry, CancellationToken cancellationToken)
    {
        _identities[entry.Id] = entry.Identity;
        var processId = entry.IsRunning ? await containers.ProcessIdOfAsync(entry.Id, cancellationToken).ConfigureAwait(false) : 0;
        return ToStatus(entry.Id, entry.Identity, entry.IsRunning && processId > 0, entry.CreatedAt, processId);
    }

    private async Task<string> CreateAsync(SandboxConfig config, ContainerIdentity identity, CancellationToken cancellationToken)
    {
        var parameters = new CreateContainerParameters
        {
            Name = labels.NameOf(identity),
            Image = await pauseImage.EnsureAsync(cancellationToken).ConfigureAwait(false),
            Hostname = config.Namespaces.Network == NamespaceMode.Node ? null! : config.Hostname,
            Labels = labels.For(identity),
            // Leaves the making of the namespace to runc: half the time that the engine's network code takes for "none". What that code would
            // have written, /etc/hosts and /etc/resolv.conf, is the node agent's.
            NetworkDisabled = config.Namespaces.Network != NamespaceMode.Node,
            HostConfig = new HostConfig
            {
                NetworkMode = config.Namespaces.Network == NamespaceMode.Node ? "host" : "none",
                UTSMode = config.Namespaces.Network == NamespaceMode.Node ? "host" : null!,
                IpcMode = config.Namespaces.Ipc == NamespaceMode.Node ? "host" : "shareable",
                PidMode = config.Namespaces.Pid == NamespaceMode.Node ? "host" : null!,
                Sysctls = config.Sysctls.ToDictionary(),
                CgroupParent = config.CgroupParent.Length > 0 ? config.CgroupParent : null!,
                LogConfig = new LogConfig { Type = "none" },
                RestartPolicy = new RestartPolicy { Name = RestartPolicyKind.No },
                CPUShares = 2,
                OomScoreAdj = oomScore.Raise(-998), // It does nothing, and with it the whole pod would fall.
            },
        };
        try
        {
            return await containers.CreateAsync(parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.Code == RuntimeErrorCode.ImageNotFound)
        {
            pauseImage.Forget();
            parameters.Image = await pauseImage.EnsureAsync(cancellationToken).ConfigureAwait(false);
            return await containers.CreateAsync(parameters, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<string[]> MembersAsync(SandboxId id, CancellationToken cancellationToken)
    {
        var filter = new Dictionary<string, string> { [EngineLabels.Sandbox] = id.Value };
        var members = await engine.CallAsync(
            $"list containers of sandbox {id}",
            (client, token) => client.Containers.ListContainersAsync(
                new ContainersListParameters { All = true, Filters = labels.Filter("container", filter) }, token),
            cancellationToken).ConfigureAwait(false);
        return [.. members.Select(member => member.ID)];
    }
}
