using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.Kubelet.Pods;
using Orch.Kubelet.Streaming;
using Orch.Kubelet.Streaming.PortForwarding;
using Orch.Kubelet.Streaming.RemoteCommands;
using Orch.Runtime;

namespace Orch.Kubelet.Server;

/// <summary>Serves exec, attach and port-forward: finds what they are for, and hands over to the streaming server.</summary>
internal sealed class StreamEndpoints(PodLookup lookup, IContainerRuntime runtime, StreamingServer server)
{
    public async Task ExecAsync(HttpContext context, string space, string podName, string containerName)
    {
        if (await FindAsync(context, space, podName, containerName).ConfigureAwait(false) is not var (container, request)) { return; }
        if (request.Command.Count == 0)
        {
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, "you must specify at least 1 command").ConfigureAwait(false);
            return;
        }

        await server.ServeExecAsync(context, request, (streams, token) => runtime.ExecuteInteractiveAsync(container.Id, request.Command, streams, token)).ConfigureAwait(false);
    }

    public async Task AttachAsync(HttpContext context, string space, string podName, string containerName)
    {
        if (await FindAsync(context, space, podName, containerName).ConfigureAwait(false) is not var (container, request)) { return; }
        await server.ServeAttachAsync(context, request, (streams, token) => runtime.AttachAsync(container.Id, streams, token)).ConfigureAwait(false);
    }

    public async Task PortForwardAsync(HttpContext context, string space, string podName)
    {
        if (await FindPodAsync(context, space, podName).ConfigureAwait(false) is not { } pod) { return; }
        if (await lookup.SandboxAsync(pod, context.RequestAborted).ConfigureAwait(false) is not { } sandbox)
        {
            await Answers.TextAsync(context, StatusCodes.Status500InternalServerError, $"pod not found (\"{pod.Describe()}\")").ConfigureAwait(false);
            return;
        }

        var ports = context.Request.Query["port"].Select(static p => int.TryParse(p, out var port) ? port : 0).Where(static p => p is > 0 and < 65536).ToList();
        var target = new PortForwardTarget($"{space}/{podName}", pod.Metadata.Uid, (port, token) => runtime.ConnectPortAsync(sandbox.Id, port, token));
        await server.ServePortForwardAsync(context, ports, target).ConfigureAwait(false);
    }

    private async Task<V1Pod?> FindPodAsync(HttpContext context, string space, string podName)
    {
        if (lookup.Pod(space, podName) is { } pod) { return pod; }
        await Answers.TextAsync(context, StatusCodes.Status404NotFound, $"pod \"{podName}\" in namespace \"{space}\" does not exist").ConfigureAwait(false);
        return null;
    }

    private async Task<(ContainerStatus Container, RemoteCommandRequest Request)?> FindAsync(HttpContext context, string space, string podName, string containerName)
    {
        if (RemoteCommandRequest.Parse(context.Request.Query) is not { } request)
        {
            await Answers.TextAsync(context, StatusCodes.Status400BadRequest, "you must specify at least 1 of stdin, stdout, stderr").ConfigureAwait(false);
            return null;
        }

        if (await FindPodAsync(context, space, podName).ConfigureAwait(false) is not { } pod) { return null; }
        var containers = await lookup.ContainersAsync(pod, containerName, context.RequestAborted).ConfigureAwait(false);
        if (containers.Count > 0 && containers[0].State == ContainerState.Running) { return (containers[0], request); }
        await Answers.TextAsync(context, StatusCodes.Status404NotFound, $"container not found (\"{containerName}\")").ConfigureAwait(false);
        return null;
    }
}
