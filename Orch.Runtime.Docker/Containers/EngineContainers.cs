using System.Collections.Concurrent;
using Docker.DotNet.Models;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Containers;

/// <summary>What sandboxes and containers have in common: both are containers to the engine.</summary>
internal sealed class EngineContainers(DockerEngine engine, EngineLabels labels)
{
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, long> _processIds = new(); // Of running ones only: a container here never starts twice.

    /// <summary>A line of the engine's list.</summary>
    internal sealed record Entry(string Id, ContainerIdentity Identity, string State, DateTimeOffset CreatedAt, string ImageId)
    {
        public bool IsRunning => State is "running" or "paused" or "restarting";
    }

    public async Task<string> CreateAsync(CreateContainerParameters parameters, CancellationToken cancellationToken)
    {
        try
        {
            var created = await engine.CallAsync(
                $"create container {parameters.Name}", (client, token) => client.Containers.CreateContainerAsync(parameters, token), cancellationToken)
                .ConfigureAwait(false);
            return created.ID;
        }
        catch (RuntimeException e) when (e.IsNotFound && e.Message.Contains("No such container", StringComparison.Ordinal))
        {
            throw;
        }
        catch (RuntimeException e) when (e.IsNotFound)
        {
            throw new RuntimeException(RuntimeErrorCode.ImageNotFound, e.Message, e);
        }
    }

    public async Task StartAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await engine.CallAsync(
                $"start container {Short(id)}",
                (client, token) => client.Containers.StartContainerAsync(id, new ContainerStartParameters(), token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (
            e.Code is not RuntimeErrorCode.Unavailable && !(e.IsNotFound && e.Message.Contains("No such container: " + id, StringComparison.Ordinal)))
        {
            throw new RuntimeException(RuntimeErrorCode.StartFailed, e.Message, e);
        }
    }

    /// <summary>Ends it and waits until it is gone; no error if it is not there or does not run.</summary>
    public async Task StopAsync(string id, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        var seconds = (uint)Math.Clamp(Math.Ceiling(gracePeriod.TotalSeconds), 0, int.MaxValue);
        try
        {
            await engine.CallAsync(
                $"stop container {Short(id)}",
                TimeSpan.FromSeconds(seconds) + StopMargin,
                (client, token) => client.Containers.StopContainerAsync(id, new ContainerStopParameters { WaitBeforeKillSeconds = seconds }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.Code is RuntimeErrorCode.NotFound or RuntimeErrorCode.NotRunning)
        {
            // Gone already.
        }

        _processIds.TryRemove(id, out _);
    }

    /// <summary>Kills it; no error if it is not there or does not run.</summary>
    public async Task KillAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            // The engine answers a SIGKILL only when the process is gone.
            await engine.CallAsync(
                $"kill container {Short(id)}",
                (client, token) => client.Containers.KillContainerAsync(id, new ContainerKillParameters { Signal = "SIGKILL" }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.Code is RuntimeErrorCode.NotFound or RuntimeErrorCode.NotRunning)
        {
            // Gone already.
        }

        _processIds.TryRemove(id, out _);
    }

    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            await engine.CallAsync(
                $"remove container {Short(id)}",
                (client, token) => client.Containers.RemoveContainerAsync(id, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.IsNotFound || e.Message.Contains("is already in progress", StringComparison.Ordinal))
        {
            // Gone already, or someone else is at it.
        }

        _processIds.TryRemove(id, out _);
    }

    /// <summary>Removes it as well as that goes, whatever the caller's fate.</summary>
    public async Task TryRemoveAsync(string id)
    {
        try
        {
            await RemoveAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (RuntimeException)
        {
            // What is left is found by its labels later.
        }
    }

    public Task<ContainerInspectResponse> InspectAsync(string id, CancellationToken cancellationToken) =>
        engine.CallAsync(
            $"inspect container {Short(id)}", (client, token) => client.Containers.InspectContainerAsync(id, token), cancellationToken);

    public async Task<IReadOnlyList<Entry>> ListAsync(
        string kind, IReadOnlyDictionary<string, string> wanted, bool isRunningOnly, CancellationToken cancellationToken)
    {
        var listed = await engine.CallAsync(
            $"list {kind}s",
            (client, token) => client.Containers.ListContainersAsync(
                new ContainersListParameters { All = !isRunningOnly, Filters = labels.Filter(kind, wanted) }, token),
            cancellationToken).ConfigureAwait(false);
        var entries = new List<Entry>(listed.Count);
        foreach (var container in listed)
        {
            if (labels.TryRead(container.Labels, out var identity) && EngineLabels.Includes(identity.Labels, wanted))
            {
                var entry = new Entry(container.ID, identity, container.State, EngineTime.From(container.Created), container.ImageID);
                entries.Add(entry);
                if (!entry.IsRunning)
                {
                    _processIds.TryRemove(entry.Id, out _);
                }
            }
        }

        return entries;
    }

    /// <summary>The process of a running container; 0 when it does not run after all.</summary>
    public async ValueTask<long> ProcessIdOfAsync(string id, CancellationToken cancellationToken)
    {
        if (_processIds.TryGetValue(id, out var known))
        {
            return known;
        }

        try
        {
            var inspected = await InspectAsync(id, cancellationToken).ConfigureAwait(false);
            return inspected.State is { Running: true, Pid: > 0 } ? _processIds[id] = inspected.State.Pid : 0;
        }
        catch (RuntimeException e) when (e.IsNotFound)
        {
            return 0;
        }
    }

    internal static string Short(string id) => id.Length > 12 ? id[..12] : id;
}
