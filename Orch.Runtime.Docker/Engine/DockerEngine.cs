using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;
using Microsoft.Extensions.Options;

namespace Orch.Runtime.Docker.Engine;

/// <summary>The connection to the engine: bounds every call in time and turns what goes wrong into <see cref="RuntimeException"/>.</summary>
internal sealed class DockerEngine : IDisposable
{
    private readonly DockerRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<DockerClient> _client;

    public DockerEngine(IOptions<DockerRuntimeOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        // No timeout of the client's own: it would cut event streams and long pulls. No API version either: the engine's own is taken.
        _client = new(() => new DockerClientBuilder()
            .WithEndpoint(new Uri("unix://" + _options.SocketPath)).WithTimeout(Timeout.InfiniteTimeSpan).Build());
    }

    public string SocketPath => _options.SocketPath;

    /// <summary>Makes a call that should be answered at once.</summary>
    public Task<T> CallAsync<T>(string what, Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        CallAsync(what, _options.CallTimeout, call, cancellationToken);

    /// <summary>Makes a call that should be answered at once.</summary>
    public Task CallAsync(string what, Func<DockerClient, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(what, _options.CallTimeout, call, cancellationToken);

    /// <summary>Makes a call with a time of its own.</summary>
    public Task CallAsync(string what, TimeSpan timeout, Func<DockerClient, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(
            what,
            timeout,
            async (client, token) =>
            {
                await call(client, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Makes a call with a time of its own.</summary>
    /// <param name="what">For messages: "start container 1234".</param>
    /// <exception cref="RuntimeException">Whatever went wrong, in the engine's words.</exception>
    public async Task<T> CallAsync<T>(
        string what, TimeSpan timeout, Func<DockerClient, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            return await call(_client.Value, both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Translate(what, timeout, e) is { } translated)
        {
            throw translated;
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    /// <summary>The engine's own words in an error answer.</summary>
    public static string MessageOf(string? body)
    {
        if (string.IsNullOrWhiteSpace(body))
        {
            return string.Empty;
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("message", out var message)
                && message.ValueKind == JsonValueKind.String
                    ? message.GetString()!
                    : body.Trim();
        }
        catch (JsonException)
        {
            return body.Trim();
        }
    }

    /// <summary>The code that an error answer stands for where the caller knows nothing better.</summary>
    public static RuntimeErrorCode CodeOf(HttpStatusCode status, string message) => status switch
    {
        HttpStatusCode.NotFound => RuntimeErrorCode.NotFound,
        HttpStatusCode.BadRequest => RuntimeErrorCode.InvalidArgument,
        HttpStatusCode.Conflict when message.Contains("is not running", StringComparison.Ordinal) => RuntimeErrorCode.NotRunning,
        HttpStatusCode.Conflict when message.Contains("already in use", StringComparison.Ordinal) => RuntimeErrorCode.AlreadyExists,
        HttpStatusCode.Conflict => RuntimeErrorCode.InvalidArgument,
        HttpStatusCode.ServiceUnavailable => RuntimeErrorCode.Unavailable,
        _ => RuntimeErrorCode.Unknown,
    };

    /// <summary>Null for what is no failure of the engine but a bug here.</summary>
    public RuntimeException? Translate(string what, TimeSpan timeout, Exception error) => error switch
    {
        RuntimeException known => known,
        DockerApiException api => FromAnswer(what, api.StatusCode, MessageOf(api.ResponseBody), api),
        OperationCanceledException => new RuntimeException(
            RuntimeErrorCode.Unavailable, $"{what}: the engine at {SocketPath} did not answer within {timeout.TotalSeconds:0} s", error),
        HttpRequestException or IOException or SocketException or ObjectDisposedException or TimeoutException => new RuntimeException(
            RuntimeErrorCode.Unavailable, $"{what}: the engine at {SocketPath} cannot be reached: {error.GetBaseException().Message}", error),
        _ => null,
    };

    /// <summary>An error answer as an exception.</summary>
    public static RuntimeException FromAnswer(string what, HttpStatusCode status, string message, Exception? inner = null) =>
        new(CodeOf(status, message), message.Length > 0 ? $"{what}: {message}" : $"{what}: the engine answered {(int)status}", inner);
}
