using System.Net.Sockets;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Orch.Encryption.Kms.Wire;
using Orch.Security;

namespace Orch.Encryption.Kms;

/// <summary>A plugin behind a unix socket.</summary>
internal sealed class KmsPlugin : IKeyManagement, IDisposable
{
    private const int MaxMessageBytes = 4 * 1024 * 1024;
    private readonly GrpcChannel _channel;
    private readonly KeyManagementService.KeyManagementServiceClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    public KmsPlugin(string name, string path, TimeSpan timeout, TimeProvider time)
    {
        Name = name;
        _timeout = timeout;
        _time = time;
        var endpoint = new UnixDomainSocketEndPoint(path);
        var handler = new SocketsHttpHandler
        {
            // The connection is local and kept; a plugin that was started anew is found by the next call.
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessageBytes });
        _client = new KeyManagementService.KeyManagementServiceClient(_channel);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public async ValueTask<string> CurrentKeyIdAsync(CancellationToken cancellationToken)
    {
        var status = await CallAsync(_client.StatusAsync, new StatusRequest(), cancellationToken).ConfigureAwait(false);
        if (status.Version is not ("v2" or "v2beta1")) { throw new KmsException($"the plugin \"{Name}\" speaks version \"{status.Version}\", not v2."); }
        if (status.Healthz != "ok") { throw new KmsException($"the plugin \"{Name}\" is not healthy: {status.Healthz}"); }
        return status.KeyId.Length > 0 ? status.KeyId : throw new KmsException($"the plugin \"{Name}\" has no key id.");
    }

    /// <inheritdoc />
    public async ValueTask<WrappedSecret> WrapAsync(ReadOnlyMemory<byte> secret, CancellationToken cancellationToken)
    {
        var request = new EncryptRequest { Plaintext = ByteString.CopyFrom(secret.Span), Uid = Guid.NewGuid().ToString() };
        var answer = await CallAsync(_client.EncryptAsync, request, cancellationToken).ConfigureAwait(false);
        return new WrappedSecret(answer.KeyId, answer.Ciphertext.Memory)
        {
            Annotations = answer.Annotations.ToDictionary(static item => item.Key, static item => item.Value.Memory, StringComparer.Ordinal),
        };
    }

    /// <inheritdoc />
    public async ValueTask<ReadOnlyMemory<byte>> UnwrapAsync(WrappedSecret wrapped, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wrapped);
        var request = new DecryptRequest { Ciphertext = ByteString.CopyFrom(wrapped.Ciphertext.Span), Uid = Guid.NewGuid().ToString(), KeyId = wrapped.KeyId };
        foreach (var (name, value) in wrapped.Annotations) { request.Annotations[name] = ByteString.CopyFrom(value.Span); }
        return (await CallAsync(_client.DecryptAsync, request, cancellationToken).ConfigureAwait(false)).Plaintext.Memory;
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    private async Task<TAnswer> CallAsync<TRequest, TAnswer>(Func<TRequest, CallOptions, AsyncUnaryCall<TAnswer>> method, TRequest request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var call = method(request, new CallOptions(cancellationToken: both.Token));
            return await call.ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested) { throw new OperationCanceledException(cancellationToken); }
        catch (RpcException exception) when (limit.IsCancellationRequested) { throw new KmsException($"the plugin \"{Name}\" did not answer within {_timeout.TotalSeconds} s.", exception); }
        catch (RpcException exception) { throw new KmsException($"the plugin \"{Name}\" failed: {exception.Status.StatusCode}: {exception.Status.Detail}", exception); }
    }
}
