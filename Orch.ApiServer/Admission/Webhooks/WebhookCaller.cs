using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Json;
using Orch.Client;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Sends a review to a webhook and reads what it answers.</summary>
internal sealed class WebhookCaller(TimeProvider time)
{
    /// <summary>Longer answers are refused: a patch cannot sensibly be longer than the object may be.</summary>
    public const int MaxAnswerBytes = 8 * 1024 * 1024;

    /// <summary>Asks.</summary>
    /// <param name="review">JSON.</param>
    /// <exception cref="WebhookCallException">It cannot be asked, took too long, or its answer makes no sense.</exception>
    public async ValueTask<WebhookAnswer.Body> CallAsync(Webhook webhook, string uid, ReadOnlyMemory<byte> review, bool isMutating, CancellationToken cancellationToken)
    {
        if (webhook.Endpoint is not { } endpoint) { throw new WebhookCallException(webhook.Name, $"could not get REST client: {webhook.Fault}", 500); }
        using var timeout = new CancellationTokenSource(webhook.Definition.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var target = TargetOf(endpoint.Address, webhook.Definition.Timeout);
        WebhookAnswer answer;
        try
        {
            answer = await SendAsync(endpoint, target, review, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(webhook, $"Post \"{target}\": context deadline exceeded");
        }
        catch (HttpRequestException exception)
        {
            throw exception.StatusCode is { } status
                ? new WebhookCallException(webhook.Name, $"failed to call webhook: {exception.Message}", (int)status >= 400 ? (int)status : 503)
                : Failed(webhook, $"Post \"{target}\": {ReasonOf(exception, target)}");
        }
        catch (IOException exception)
        {
            throw Failed(webhook, $"Post \"{target}\": {exception.Message}");
        }

        return answer.FaultFor(uid, webhook.Definition.ReviewVersion!, isMutating) is { } fault
            ? throw new WebhookCallException(webhook.Name, $"received invalid webhook response: {fault}")
            : answer.Response!;

        static WebhookCallException Failed(Webhook webhook, string reason) => new(webhook.Name, $"failed to call webhook: {reason}");
    }

    private static Uri TargetOf(Uri address, TimeSpan timeout)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"timeout={(long)timeout.TotalSeconds}s");
        return new UriBuilder(address) { Query = address.Query.Length > 1 ? $"{address.Query[1..]}&{query}" : query }.Uri;
    }

    private static async Task<WebhookAnswer> SendAsync(WebhookEndpoint endpoint, Uri target, ReadOnlyMemory<byte> review, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(review) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await endpoint.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var body = await ReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
        if ((int)response.StatusCode is < 200 or > 206) { throw new HttpRequestException(Describe(response.StatusCode, body), null, response.StatusCode); }
        try
        {
            return WebhookAnswer.Read(body);
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException($"couldn't get version/kind; json parse error: {GoSyntax.FaultOf(body) ?? exception.Message}", null, response.StatusCode);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var output = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                if (output.Length + count > MaxAnswerBytes)
                {
                    throw new HttpRequestException($"the answer is longer than {MaxAnswerBytes} bytes", null, HttpStatusCode.OK);
                }

                output.Write(buffer, 0, count);
            }

            return output.ToArray();
        }
    }

    // The words of upstream's client for answers without a status object.
    private static string Describe(HttpStatusCode code, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 1024)).Trim();
        return code switch
        {
            HttpStatusCode.BadRequest => "the server rejected our request for an unknown reason",
            HttpStatusCode.Unauthorized => "the server has asked for the client to provide credentials",
            HttpStatusCode.Forbidden => text.Length > 0 ? text : "forbidden",
            HttpStatusCode.NotFound => "the server could not find the requested resource",
            HttpStatusCode.MethodNotAllowed => "the server does not allow this method on the requested resource",
            HttpStatusCode.ServiceUnavailable => "the server is currently unable to handle the request",
            HttpStatusCode.GatewayTimeout => "the server was unable to return a response in the time allotted, but may still be processing the request",
            HttpStatusCode.TooManyRequests => "the server has received too many requests and has asked us to try again later",
            >= HttpStatusCode.InternalServerError => $"an error on the server (\"{(text.Length > 0 ? text : "unknown")}\") has prevented the request from succeeding",
            _ => string.Create(CultureInfo.InvariantCulture, $"the server responded with the status code {(int)code} but did not return more information"),
        };
    }

    private static string ReasonOf(HttpRequestException exception, Uri target)
    {
        for (Exception? reason = exception; reason is not null; reason = reason.InnerException)
        {
            switch (reason)
            {
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }: return $"dial tcp {target.Authority}: connect: connection refused";
                case SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }: return $"dial tcp: lookup {target.Host}: no such host";
                case SocketException socket: return $"dial tcp {target.Authority}: {socket.Message}";
                case AuthenticationException tls: return TlsReason(tls, target);
            }
        }

        return exception.InnerException is HttpRequestException or ApiException ? exception.InnerException.Message : exception.Message;
    }

    private static string TlsReason(AuthenticationException exception, Uri target)
    {
        var text = exception.ToString();
        if (text.Contains("RemoteCertificateNameMismatch", StringComparison.Ordinal)) { return $"tls: failed to verify certificate: x509: certificate is not valid for {target.Host}"; }
        return text.Contains("NotTimeValid", StringComparison.Ordinal) ? "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
            : text.Contains("certificate", StringComparison.OrdinalIgnoreCase) ? "tls: failed to verify certificate: x509: certificate signed by unknown authority"
            : $"tls: {exception.Message}";
    }
}
