using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using k8s.Models;
using Orch.Serialization;

namespace Orch.Client.Http;

/// <summary>Sends requests: with timeouts, again when told to, and with failures as <see cref="ApiException"/>.</summary>
internal sealed class ApiTransport(HttpMessageHandler handler, Uri server, TimeProvider time, HttpClientOptions options, Random random) : IDisposable
{
    private static readonly Histogram<double> Duration = new Meter(ClientMeters.Name)
        .CreateHistogram<double>("rest_client_request_duration_seconds", "s", "From sending a request to its answer's head.");

    private readonly HttpMessageInvoker _invoker = new(handler);
    private readonly string _base = server.AbsoluteUri.TrimEnd('/');
    private readonly Lock _gate = new();

    public TimeProvider Time => time;

    public void Dispose() => _invoker.Dispose();

    /// <summary>Between the shortest and twice that.</summary>
    public TimeSpan NextWatchTimeout()
    {
        lock (_gate) { return options.WatchTimeout * (1 + random.NextDouble()); }
    }

    public async Task<T> SendAsync<T>(ApiRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var response = await OpenAsync(request, both.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(both.Token).ConfigureAwait(false);
            return request.Read is { } read ? (T)read(body)! : ApiJson.Deserialize<T>(body);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{request.Method} {request.PathAndQuery} got no answer within {options.RequestTimeout}");
        }
    }

    /// <summary>The answer's head; its body is still to be read.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var started = time.GetTimestamp();
            // Disposed with its response.
#pragma warning disable CA2000
            var response = await _invoker.SendAsync(Message(request), cancellationToken).ConfigureAwait(false);
#pragma warning restore CA2000
            Duration.Record(time.GetElapsedTime(started).TotalSeconds, new TagList { { "verb", request.Method.Method }, { "code", (int)response.StatusCode } });
            if (response.IsSuccessStatusCode) { return response; }
            using (response)
            {
                if (attempt < options.MaxRetries && RetryAfter(response) is { } pause)
                {
                    await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                throw await FailureAsync(request, response, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.StatusCode is not HttpStatusCode.TooManyRequests && (int)response.StatusCode < 500) { return null; }
        return response.Headers.RetryAfter?.Delta;
    }

    private static async Task<ApiException> FailureAsync(ApiRequest request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var status = ApiJson.Deserialize<V1Status>(body);
            if (status is { Kind: "Status", Status: not null })
            {
                status.Code ??= (int)response.StatusCode;
                return new ApiException(status);
            }
        }
        catch (JsonException)
        {
            // Not from an API server, but from something in between.
        }

        var code = (int)response.StatusCode;
        var reason = code switch
        {
            400 => StatusReasons.BadRequest,
            401 => StatusReasons.Unauthorized,
            403 => StatusReasons.Forbidden,
            404 => StatusReasons.NotFound,
            405 => StatusReasons.MethodNotAllowed,
            409 => StatusReasons.Conflict,
            410 => StatusReasons.Gone,
            429 => StatusReasons.TooManyRequests,
            503 => StatusReasons.ServiceUnavailable,
            504 => StatusReasons.Timeout,
            >= 500 => StatusReasons.InternalError,
            _ => StatusReasons.Unknown,
        };
        return ApiErrors.Of(code, reason, string.Create(CultureInfo.InvariantCulture, $"the server answered {code} without a Status to {request.Method} {request.PathAndQuery}"));
    }

    private HttpRequestMessage Message(ApiRequest request)
    {
        var message = new HttpRequestMessage(request.Method, _base + request.PathAndQuery)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        message.Headers.TryAddWithoutValidation("User-Agent", request.UserAgent);
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }

        return message;
    }
}
