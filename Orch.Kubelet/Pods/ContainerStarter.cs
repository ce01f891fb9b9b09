using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Containers;
using Orch.Kubelet.Env;
using Orch.Kubelet.Events;
using Orch.Kubelet.Images;
using Orch.Kubelet.Nodes;
using Orch.Kubelet.Probes;
using Orch.Kubelet.Status;
using Orch.Kubelet.Volumes;
using Orch.Runtime;
using Orch.Volumes;

namespace Orch.Kubelet.Pods;

/// <summary>Starts one container of a pod, or notes why it has to wait.</summary>
internal sealed class ContainerStarter(
    IContainerRuntime runtime,
    ImagePuller images,
    ContainerConfigBuilder configs,
    IReferencedObjects objects,
    INodeServices services,
    INodeResources node,
    NodeAddresses addresses,
    LifecycleHooks hooks,
    ContainerKiller killer,
    IEvents events,
    IOptions<KubeletOptions> options,
    TimeProvider time)
{
    private static readonly TimeSpan RetryAfterError = TimeSpan.FromSeconds(10);
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(10), options.Value.MaxRestartDelay, time);

    /// <summary>Tries to start it.</summary>
    /// <returns>Null when it runs; else when to try again.</returns>
    public async Task<TimeSpan?> StartAsync(
        PodRecord record, V1Container container, PodRuntimeState state, SandboxId sandbox, IReadOnlyDictionary<string, MountedVolume> volumes, CancellationToken cancellationToken)
    {
        var pod = record.Pod;
        var key = BackOffKey(record.Uid, container.Name);
        if (state.Newest(container.Name) is { State: ContainerState.Exited } ended)
        {
            var endedAt = ended.FinishedAt ?? ended.CreatedAt;
            if (_backOff.Remaining(key, endedAt) is var wait && wait > TimeSpan.Zero)
            {
                events.Warning(pod, "BackOff", $"Back-off restarting failed container {container.Name} in pod {pod.Describe()}", container.Name);
                record.Waiting[container.Name] = new WaitingReason(
                    "CrashLoopBackOff", $"back-off {Text(_backOff.Delay(key))} restarting failed container={container.Name} pod={pod.Describe()}");
                return wait;
            }

            _backOff.Next(key, endedAt);
        }

        try
        {
            return await TryAsync(record, container, state, sandbox, volumes, cancellationToken).ConfigureAwait(false);
        }
        catch (ContainerConfigException e)
        {
            events.Warning(pod, "Failed", $"Error: {e.Message}", container.Name);
            record.Waiting[container.Name] = new WaitingReason("CreateContainerConfigError", e.Message);
        }
        catch (RuntimeException e) when (e.Code != RuntimeErrorCode.Unavailable)
        {
            events.Warning(pod, "Failed", $"Error: {e.Message}", container.Name);
            record.Waiting[container.Name] = new WaitingReason(e.Code == RuntimeErrorCode.StartFailed ? "RunContainerError" : "CreateContainerError", e.Message);
        }

        return RetryAfterError;
    }

    public void Forget(string uid)
    {
        _backOff.ForgetAll(uid + "_");
        images.Forget(uid);
    }

    private static string BackOffKey(string uid, string container) => $"{uid}_{container}";

    private static string Text(TimeSpan delay)
    {
        var minutes = (int)delay.TotalMinutes;
        return minutes > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m{delay.Seconds}s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)delay.TotalSeconds}s");
    }

    private async Task<TimeSpan?> TryAsync(
        PodRecord record, V1Container container, PodRuntimeState state, SandboxId sandbox, IReadOnlyDictionary<string, MountedVolume> volumes, CancellationToken cancellationToken)
    {
        var pod = record.Pod;
        var image = await images.EnsureAsync(pod, container, cancellationToken).ConfigureAwait(false);
        if (image.Image is null)
        {
            if (image.Reason is "ErrImagePull" or "ErrImageNeverPull" or "InvalidImageName" or "ImagePullBackOff")
            {
                events.Warning(pod, "Failed", $"Error: {image.Reason}", container.Name);
            }

            record.Waiting[container.Name] = new WaitingReason(image.Reason!, image.Message!);
            return image.RetryAfter;
        }

        var environment = await ContainerEnvironment.ResolveAsync(pod, container, Sources(record), cancellationToken).ConfigureAwait(false);
        var attempt = Attempt(pod, container, state);
        var config = configs.Container(pod, container, new ContainerInputs(attempt, image.Image, environment, volumes));
        PrepareTerminationLog(record.Uid, container.Name, attempt);
        var id = await runtime.CreateContainerAsync(sandbox, config, cancellationToken).ConfigureAwait(false);
        events.Normal(pod, "Created", $"Created container: {container.Name}", container.Name);
        await runtime.StartContainerAsync(id, cancellationToken).ConfigureAwait(false);
        events.Normal(pod, "Started", $"Started container {container.Name}", container.Name);
        record.Resources[id] = config.Resources;
        record.Waiting.Remove(container.Name);
        if (container.Lifecycle?.PostStart is not { } hook) { return null; }

        var target = new HandlerTarget(pod, container, id, record.Addresses.Count > 0 ? record.Addresses[0] : string.Empty);
        if (await hooks.RunAsync(target, hook, null, cancellationToken).ConfigureAwait(false) is not { } failure) { return null; }

        events.Warning(pod, "FailedPostStartHook", $"PostStartHook failed: {failure}", container.Name);
        var status = await runtime.GetContainerStatusAsync(id, cancellationToken).ConfigureAwait(false);
        if (status.State == ContainerState.Running) { await killer.KillAsync(record, status, "FailedPostStartHook", pod.GracePeriod(), cancellationToken).ConfigureAwait(false); }
        record.Waiting[container.Name] = new WaitingReason("PostStartHookError", failure);
        return RetryAfterError;
    }

    private EnvironmentSources Sources(PodRecord record) => new()
    {
        Objects = objects,
        Services = services.List(),
        Allocatable = node.Allocatable,
        PodAddresses = record.Addresses,
        HostAddresses = addresses.All,
    };

    // The runtime counts the attempts; where it has forgotten a container, the API remembers.
    private static int Attempt(V1Pod pod, V1Container container, PodRuntimeState state)
    {
        if (state.Newest(container.Name) is { } newest) { return newest.Attempt + 1; }
        var known = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(s => s.Name == container.Name);
        return string.IsNullOrEmpty(known?.ContainerID) ? 0 : known.RestartCount + 1;
    }

    private void PrepareTerminationLog(string uid, string container, int attempt)
    {
        var path = configs.TerminationLog(uid, container, attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Create(path).Dispose();
        File.SetUnixFileMode(path, (UnixFileMode)0x1b6);
    }
}

/// <summary>The cluster's services, for variables.</summary>
internal interface INodeServices
{
    /// <exception cref="ContainerConfigException">They have not been read yet.</exception>
    IReadOnlyCollection<V1Service> List();
}
