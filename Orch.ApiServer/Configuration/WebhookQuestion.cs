using System.Net;
using k8s;
using Orch.Serialization;

namespace Orch.ApiServer.Configuration;

/// <summary>Asks a server by sending it an object, whose status it fills in.</summary>
internal sealed class WebhookQuestion(WebhookConnection connection, TimeProvider time) : IDisposable
{
    private const int Attempts = 5;
    private const int MaxBytes = 1024 * 1024;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>The object as it came back.</summary>
    /// <exception cref="WebhookFailedException">No usable answer, several times over.</exception>
    public async ValueTask<T> AskAsync<T>(T question, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var body = ApiJson.Serialize(question);
        var delay = FirstDelay;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var response = await connection.PostAsync(body, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode) { return await ReadAsync<T>(response, cancellationToken).ConfigureAwait(false); }
                if (!IsWorthRetrying(response.StatusCode) || attempt == Attempts) { throw new WebhookFailedException($"{connection.Address} answered {(int)response.StatusCode}"); }
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (attempt == Attempts) { throw new WebhookFailedException($"{connection.Address} cannot be reached: {failed.Message}", failed); }
            }

            await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            delay *= 1.5;
        }
    }

    /// <inheritdoc />
    public void Dispose() => connection.Dispose();

    private static bool IsWorthRetrying(HttpStatusCode code) => code is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static async ValueTask<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[16 * 1024];
        using var content = new MemoryStream();
        while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            if (content.Length + read > MaxBytes) { throw new WebhookFailedException($"the answer is larger than {MaxBytes} bytes"); }
            content.Write(buffer, 0, read);
        }

        try { return ApiJson.Deserialize<T>(content.GetBuffer().AsSpan(0, (int)content.Length)); }
        catch (Exception malformed) when (malformed is System.Text.Json.JsonException or FormatException or InvalidOperationException or ArgumentException or InvalidCastException)
        {
            throw new WebhookFailedException("the answer cannot be read", malformed);
        }
    }
}

/// <summary>A webhook gave no usable answer.</summary>
internal sealed class WebhookFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
