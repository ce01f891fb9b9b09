using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orch.ApiServer.Serving;
using Orch.Security;

namespace Orch.ApiServer.InProcess;

/// <summary>Hands requests to the front end and its answers back, as streams with back pressure.</summary>
internal sealed class InProcessHandler(ApiFrontend frontend, UserInfo user) : DelegatingHandler
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var exchange = new InProcessExchange();
        var context = await ContextOfAsync(request, exchange, cancellationToken).ConfigureAwait(false);
        _ = Task.Run(() => RunAsync(context, exchange), CancellationToken.None);
        using (cancellationToken.UnsafeRegister(static state => ((InProcessExchange)state!).Abort(), exchange))
        {
            await exchange.Started.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Answer(request, exchange);
    }

    private static async ValueTask<HttpContext> ContextOfAsync(HttpRequestMessage request, InProcessExchange exchange, CancellationToken cancellationToken)
    {
        var address = request.RequestUri ?? throw new InvalidOperationException("The request has no address.");
        var sent = new HttpRequestFeature
        {
            Protocol = "HTTP/1.1",
            Scheme = address.Scheme,
            Method = request.Method.Method,
            Path = PathString.FromUriComponent(address).Value ?? "/",
            QueryString = address.Query,
            RawTarget = address.PathAndQuery,
        };
        foreach (var (name, values) in request.Headers.NonValidated) { sent.Headers.Append(name, values.ToArray()); }
        if (request.Content is { } content)
        {
            sent.Body = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            sent.Headers.ContentLength = content.Headers.ContentLength;
            foreach (var (name, values) in content.Headers.NonValidated)
            {
                if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) { sent.Headers.Append(name, values.ToArray()); }
            }

            if (sent.Headers.ContentLength is null) { sent.Headers.TransferEncoding = "chunked"; }
        }

        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(sent);
        features.Set<IHttpResponseFeature>(exchange);
        features.Set<IHttpResponseBodyFeature>(exchange);
        features.Set<IHttpRequestLifetimeFeature>(exchange);
        return new DefaultHttpContext(features);
    }

    private static HttpResponseMessage Answer(HttpRequestMessage request, InProcessExchange exchange)
    {
        var answer = new HttpResponseMessage((HttpStatusCode)exchange.StatusCode) { RequestMessage = request, Content = new StreamContent(exchange.Answer) };
        foreach (var (name, values) in exchange.Headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, values.AsEnumerable())) { answer.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable()); }
        }

        return answer;
    }

    private async Task RunAsync(HttpContext context, InProcessExchange exchange)
    {
        Exception? fault = null;
        try { await frontend.HandleAsync(context, user).ConfigureAwait(false); }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone; whoever still reads learns it.
            fault = exception;
        }

        await exchange.EndAsync(fault).ConfigureAwait(false);
    }
}
