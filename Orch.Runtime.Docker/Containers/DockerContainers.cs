using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using Orch.Runtime.Docker.Engine;
using Orch.Runtime.Docker.Images;
using Orch.Runtime.Docker.Sandboxes;

namespace Orch.Runtime.Docker.Containers;

/// <summary>The containers of pods.</summary>
internal sealed class DockerContainers(
    DockerEngine engine,
    EngineLabels labels,
    EngineContainers containers,
    DockerSandboxes sandboxes,
    DockerImages images,
    OomScoreFloor oomScore,
    IOptions<DockerRuntimeOptions> options,
    TimeProvider time) : IContainers
{
    // The engine leaves a container whose start failed in the state "created", which its list cannot tell from one never started.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _failedStarts = new();
    private readonly ConcurrentDictionary<string, string> _imageReferences = new();

    public async Task<ContainerId> CreateContainerAsync(SandboxId sandbox, ContainerConfig config, CancellationToken cancellationToken)
    {
        var owner = await sandboxes.IdentityOfAsync(sandbox, cancellationToken).ConfigureAwait(false);
        var identity = new ContainerIdentity
        {
            Pod = owner.Pod,
            Attempt = config.Attempt,
            Name = config.Name,
            Image = config.Image,
            Sandbox = sandbox.Value,
            HasTty = config.HasTty,
            Namespaces = owner.Namespaces,
            Labels = config.Labels.ToDictionary(),
            Annotations = config.Annotations.ToDictionary(),
        };
        var parameters = await ContainerParameters.BuildAsync(identity, config, options.Value, cancellationToken).ConfigureAwait(false);
        parameters.Name = labels.NameOf(identity);
        parameters.HostConfig!.OomScoreAdj = oomScore.Raise((int)parameters.HostConfig.OomScoreAdj);
        parameters.Labels = labels.For(identity);
        return new ContainerId(await containers.CreateAsync(parameters, cancellationToken).ConfigureAwait(false));
    }

    public async Task StartContainerAsync(ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            await containers.StartAsync(id.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.Code == RuntimeErrorCode.StartFailed)
        {
            _failedStarts[id.Value] = time.GetUtcNow();
            throw;
        }
    }

    public Task StopContainerAsync(ContainerId id, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        gracePeriod <= TimeSpan.Zero
            ? containers.KillAsync(id.Value, cancellationToken)
            : containers.StopAsync(id.Value, gracePeriod, cancellationToken);

    public async Task RemoveContainerAsync(ContainerId id, CancellationToken cancellationToken)
    {
        await containers.RemoveAsync(id.Value, cancellationToken).ConfigureAwait(false);
        _failedStarts.TryRemove(id.Value, out _);
    }

    public async Task<ContainerStatus> GetContainerStatusAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var inspected = await containers.InspectAsync(id.Value, cancellationToken).ConfigureAwait(false);
        if (!labels.TryRead(inspected.Config?.Labels, out var identity) || identity.IsSandbox)
        {
            throw new RuntimeException(RuntimeErrorCode.NotFound, $"container {id} is no container of this cluster");
        }

        var state = inspected.State!;
        var hasFailed = state.Status == "created" && (state.Error is { Length: > 0 } || _failedStarts.ContainsKey(id.Value));
        var mapped = hasFailed ? ContainerState.Exited : ToState(state.Status);
        var createdAt = EngineTime.From(inspected.Created);
        return new ContainerStatus(id, new SandboxId(identity.Sandbox), identity.Name, identity.Attempt, mapped)
        {
            Image = identity.Image,
            ImageReference = await ReferenceOfAsync(inspected.Image, cancellationToken).ConfigureAwait(false),
            CreatedAt = createdAt,
            StartedAt = hasFailed ? FailedAt(id, createdAt) : EngineTime.Parse(state.StartedAt),
            FinishedAt = hasFailed ? FailedAt(id, createdAt) : mapped == ContainerState.Exited ? EngineTime.Parse(state.FinishedAt) ?? createdAt : null,
            ExitCode = mapped == ContainerState.Exited ? ExitCodeOf(state, hasFailed) : null,
            IsOutOfMemory = state.OOMKilled,
            Message = state.Error ?? string.Empty,
            Labels = identity.Labels,
            Annotations = identity.Annotations,
        };
    }

    public async Task<IReadOnlyList<ContainerStatus>> ListContainersAsync(
        IReadOnlyDictionary<string, string> wanted, CancellationToken cancellationToken)
    {
        var listed = await containers.ListAsync("container", wanted, isRunningOnly: false, cancellationToken).ConfigureAwait(false);
        var statuses = new ContainerStatus?[listed.Count];
        for (var i = 0; i < statuses.Length; i++)
        {
            var entry = listed[i];
            statuses[i] = entry.State == "created" && !_failedStarts.ContainsKey(entry.Id)
                ? await TryGetStatusAsync(entry, cancellationToken).ConfigureAwait(false)
                : ToStatus(entry, entry.State == "created" ? ContainerState.Exited : ToState(entry.State));
        }

        return [.. statuses.Where(status => status is not null).Select(status => status!)];
    }

    public Task UpdateContainerResourcesAsync(ContainerId id, ContainerResources resources, CancellationToken cancellationToken) =>
        engine.CallAsync(
            $"update container {EngineContainers.Short(id.Value)}",
            (client, token) => client.Containers.UpdateContainerAsync(id.Value, ContainerParameters.ToUpdate(resources), token),
            cancellationToken);

    private static ContainerState ToState(string state) => state switch
    {
        "created" => ContainerState.Created,
        "running" or "paused" or "restarting" => ContainerState.Running,
        "exited" or "dead" => ContainerState.Exited,
        _ => ContainerState.Unknown,
    };

    private static int ExitCodeOf(State state, bool hasFailed) => hasFailed && state.ExitCode == 0 ? 128 : (int)state.ExitCode;

    private static ContainerStatus ToStatus(EngineContainers.Entry entry, ContainerState state) =>
        new(new ContainerId(entry.Id), new SandboxId(entry.Identity.Sandbox), entry.Identity.Name, entry.Identity.Attempt, state)
        {
            Image = entry.Identity.Image,
            ImageReference = entry.ImageId,
            CreatedAt = entry.CreatedAt,
            Labels = entry.Identity.Labels,
            Annotations = entry.Identity.Annotations,
        };

    private DateTimeOffset FailedAt(ContainerId id, DateTimeOffset otherwise) => _failedStarts.GetValueOrDefault(id.Value, otherwise);

    // Between its create and its start, or since a start failed under an earlier agent: few enough to be asked for one by one.
    private async Task<ContainerStatus?> TryGetStatusAsync(EngineContainers.Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            return await GetContainerStatusAsync(new ContainerId(entry.Id), cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private async ValueTask<string> ReferenceOfAsync(string imageId, CancellationToken cancellationToken)
    {
        if (_imageReferences.TryGetValue(imageId, out var known))
        {
            return known;
        }

        var image = await images.FindImageAsync(imageId, cancellationToken).ConfigureAwait(false);
        var reference = image?.Digests.Count > 0 ? image.Digests[0] : imageId;
        if (reference != imageId)
        {
            _imageReferences[imageId] = reference; // A digest stays; an image without one may get one by a later pull.
        }

        return reference;
    }
}
