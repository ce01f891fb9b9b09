using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.Kubelet.Events;
using Orch.Kubelet.Pods;
using Orch.Runtime;

namespace Orch.Kubelet.Images;

/// <summary>Sees to it that a container's image is on the node, by the container's pull policy.</summary>
internal sealed class ImagePuller(IContainerRuntime runtime, PullCredentials credentials, IEvents events, IOptions<KubeletOptions> options, TimeProvider time) : IDisposable
{
    private readonly BackOff _backOff = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), time);
    private readonly Dictionary<string, string> _lastErrors = [];
    private readonly SemaphoreSlim _slots = new(options.Value.MaxParallelPulls);

    /// <summary>The image, or why the container has to wait.</summary>
    public async Task<ImageOutcome> EnsureAsync(V1Pod pod, V1Container container, CancellationToken cancellationToken)
    {
        var present = await runtime.FindImageAsync(container.Image, cancellationToken).ConfigureAwait(false);
        var policy = Policy(container);
        if (policy == "Never" && present is null)
        {
            var text = $"Container image \"{container.Image}\" is not present with pull policy of Never";
            events.Warning(pod, "ErrImageNeverPull", text, container.Name);
            return ImageOutcome.Waits("ErrImageNeverPull", text);
        }

        if (present is not null && policy != "Always")
        {
            events.Normal(pod, "Pulled", $"Container image \"{container.Image}\" already present on machine", container.Name);
            return new ImageOutcome(present, null, null, TimeSpan.Zero);
        }

        var key = $"{pod.Metadata.Uid}_{container.Image}";
        if (_backOff.Remaining(key) is var wait && wait > TimeSpan.Zero)
        {
            var text = $"Back-off pulling image \"{container.Image}\"";
            events.Normal(pod, "BackOff", text, container.Name);
            string? last;
            lock (_lastErrors) { _lastErrors.TryGetValue(key, out last); }
            return ImageOutcome.Waits("ImagePullBackOff", last is null ? text : $"{text}: {last}", wait);
        }

        return await PullAsync(pod, container, key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets a pod's failures.</summary>
    public void Forget(string uid)
    {
        _backOff.ForgetAll(uid + "_");
        lock (_lastErrors)
        {
            foreach (var key in _lastErrors.Keys.Where(k => k.StartsWith(uid + "_", StringComparison.Ordinal)).ToList()) { _lastErrors.Remove(key); }
        }
    }

    public void Dispose() => _slots.Dispose();

    private async Task<ImageOutcome> PullAsync(V1Pod pod, V1Container container, string key, CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            events.Normal(pod, "Pulling", $"Pulling image \"{container.Image}\"", container.Name);
            var began = time.GetTimestamp();
            var id = await PullWithAnyAsync(pod, container.Image, cancellationToken).ConfigureAwait(false);
            var image = await runtime.FindImageAsync(id.Value, cancellationToken).ConfigureAwait(false) ?? new ImageStatus(id, [container.Image], [], 0);
            events.Normal(
                pod,
                "Pulled",
                $"Successfully pulled image \"{container.Image}\" in {Text(time.GetElapsedTime(began))} ({Text(time.GetElapsedTime(asked))} including waiting). Image size: {image.SizeBytes.ToString(CultureInfo.InvariantCulture)} bytes.",
                container.Name);
            _backOff.ForgetAll(key);
            return new ImageOutcome(image, null, null, TimeSpan.Zero);
        }
        catch (RuntimeException e)
        {
            var reason = e.Code switch
            {
                RuntimeErrorCode.InvalidImageName => "InvalidImageName",
                RuntimeErrorCode.ImagePullUnreachable => "ErrImagePull",
                _ => "ErrImagePull",
            };
            events.Warning(pod, "Failed", $"Failed to pull image \"{container.Image}\": {e.Message}", container.Name);
            var now = time.GetUtcNow();
            _backOff.Next(key, now);
            lock (_lastErrors) { _lastErrors[key] = $"{reason}: {e.Message}"; }
            return ImageOutcome.Waits(reason, e.Message, _backOff.Remaining(key));
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<ImageId> PullWithAnyAsync(V1Pod pod, string image, CancellationToken cancellationToken)
    {
        var candidates = await credentials.FindAsync(pod, image, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < candidates.Count; i++)
        {
            try
            {
                return await runtime.PullImageAsync(image, candidates[i], cancellationToken).ConfigureAwait(false);
            }
            catch (RuntimeException e) when (e.Code == RuntimeErrorCode.ImagePullUnauthorized && i + 1 < candidates.Count)
            {
                // The next secret may have the right ones.
            }
        }

        return await runtime.PullImageAsync(image, null, cancellationToken).ConfigureAwait(false);
    }

    private static string Policy(V1Container container)
    {
        if (!string.IsNullOrEmpty(container.ImagePullPolicy)) { return container.ImagePullPolicy; }
        var (_, tag, digest) = ImageReference.Split(container.Image);
        return digest is null && tag is null or "latest" ? "Always" : "IfNotPresent";
    }

    private static string Text(TimeSpan time)
        => time < TimeSpan.FromSeconds(1)
            ? time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture) + "ms"
            : time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + "s";
}

/// <summary>An image that is there, or why not.</summary>
/// <param name="Image">Null: not there.</param>
/// <param name="Reason">The waiting reason.</param>
/// <param name="Message">For people.</param>
/// <param name="RetryAfter">When to try again.</param>
internal sealed record ImageOutcome(ImageStatus? Image, string? Reason, string? Message, TimeSpan RetryAfter)
{
    private static readonly TimeSpan DefaultRetry = TimeSpan.FromSeconds(10);

    public static ImageOutcome Waits(string reason, string message, TimeSpan? retryAfter = null) => new(null, reason, message, retryAfter ?? DefaultRetry);
}
