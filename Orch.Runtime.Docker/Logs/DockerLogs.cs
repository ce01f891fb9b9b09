using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Orch.Runtime.Docker.Containers;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Logs;

/// <summary>Container logs through the engine, which knows its own files and their rotation.</summary>
/// <remarks>
/// Read here rather than through the client library, whose stream hides where a frame ends: the engine puts a time before each frame, also
/// inside a line longer than 16 KiB.
/// </remarks>
internal sealed class DockerLogs : IContainerLogs, IDisposable
{
    private readonly DockerEngine _engine;
    private readonly EngineLabels _labels;
    private readonly EngineContainers _containers;
    private readonly HttpClient _http;

    public DockerLogs(DockerEngine engine, EngineLabels labels, EngineContainers containers)
    {
        (_engine, _labels, _containers) = (engine, labels, containers);
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(engine.SocketPath), cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://docker"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public async IAsyncEnumerable<LogEntry> ReadLogsAsync(
        ContainerId id, LogRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var inspected = await _containers.InspectAsync(id.Value, cancellationToken).ConfigureAwait(false);
        if (!_labels.TryRead(inspected.Config?.Labels, out var identity))
        {
            throw new RuntimeException(RuntimeErrorCode.NotFound, $"container {id} is no container of this cluster");
        }

        using var response = await OpenAsync(id, request, cancellationToken).ConfigureAwait(false);
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var reader = PipeReader.Create(stream);
        try
        {
            var entries = new LogEntryReader(reader, isRaw: identity.HasTty);
            while (await ReadAsync(entries, id, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (request.Since is null || entry.Timestamp >= request.Since)
                {
                    yield return entry;
                }
            }
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _http.Dispose();

    private async ValueTask<LogEntry?> ReadAsync(LogEntryReader entries, ContainerId id, CancellationToken cancellationToken)
    {
        try
        {
            return await entries.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw _engine.Translate($"logs of container {EngineContainers.Short(id.Value)}", TimeSpan.Zero, e)!;
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(ContainerId id, LogRequest request, CancellationToken cancellationToken)
    {
        var what = $"logs of container {EngineContainers.Short(id.Value)}";
        var query = $"stdout=1&stderr=1&timestamps=1&follow={(request.Follow ? 1 : 0)}";
        if (request.TailLines is { } tail)
        {
            query += string.Create(CultureInfo.InvariantCulture, $"&tail={tail}");
        }

        if (request.Since is { } since)
        {
            // To the second only: the rest is filtered here, since engines differ in how they read fractions.
            query += string.Create(CultureInfo.InvariantCulture, $"&since={since.ToUnixTimeSeconds()}");
        }

        return await _engine.CallAsync(
            what,
            async (_, token) =>
            {
                var response = await _http.GetAsync(
                    new Uri($"/containers/{id.Value}/logs?{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return response;
                }

                using (response)
                {
                    var body = await response.Content.ReadAsStringAsync(token).ConfigureAwait(false);
                    throw DockerEngine.FromAnswer(what, response.StatusCode, DockerEngine.MessageOf(body));
                }
            },
            cancellationToken).ConfigureAwait(false);
    }
}
