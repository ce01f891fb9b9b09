using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orch.Encryption.Kms.Wire;

namespace Orch.Encryption.Kms.Tests;

/// <summary>A key management plugin with keys in memory, served by gRPC on a unix socket.</summary>
internal sealed class TestPlugin : IAsyncDisposable
{
    private const string Stamp = "stamp.plugin.example.com";
    private readonly Dictionary<string, byte[]> _keys = [];
    private WebApplication? _server;

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"kms-{Guid.NewGuid():N}"[..16] + ".sock");

    public string Endpoint => "unix://" + Path;

    public string KeyId { get; set; } = "key-1";

    public string Health { get; set; } = "ok";

    public string Version { get; set; } = "v2";

    /// <summary>Holds back every answer.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public int Statuses { get; private set; }

    public int Encryptions { get; private set; }

    public int Decryptions { get; private set; }

    public static async Task<TestPlugin> StartAsync()
    {
        var plugin = new TestPlugin();
        await plugin.ServeAsync();
        return plugin;
    }

    public async Task ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc(static options => options.EnableDetailedErrors = true);
        builder.Services.AddSingleton(this);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Path, static listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.MapGrpcService<Service>();
        await _server.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.StopAsync();
            await server.DisposeAsync();
        }

        File.Delete(Path);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private AesGcm KeyOf(string id)
    {
        lock (_keys)
        {
            if (!_keys.TryGetValue(id, out var key)) { _keys[id] = key = RandomNumberGenerator.GetBytes(32); }
            return new AesGcm(key, 16);
        }
    }

    internal sealed class Service(TestPlugin plugin) : KeyManagementService.KeyManagementServiceBase
    {
        public override async Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
        {
            plugin.Statuses++;
            if (plugin.Hold is { } hold) { await hold.Task.WaitAsync(context.CancellationToken); }
            return new StatusResponse { Version = plugin.Version, Healthz = plugin.Health, KeyId = plugin.KeyId };
        }

        public override Task<EncryptResponse> Encrypt(EncryptRequest request, ServerCallContext context)
        {
            plugin.Encryptions++;
            Assert.NotEmpty(request.Uid);
            using var key = plugin.KeyOf(plugin.KeyId);
            var nonce = RandomNumberGenerator.GetBytes(12);
            var (cipher, tag) = (new byte[request.Plaintext.Length], new byte[16]);
            key.Encrypt(nonce, request.Plaintext.Span, cipher, tag);
            var answer = new EncryptResponse { KeyId = plugin.KeyId, Ciphertext = ByteString.CopyFrom([.. nonce, .. cipher, .. tag]) };
            answer.Annotations[Stamp] = ByteString.CopyFromUtf8("by " + plugin.KeyId);
            return Task.FromResult(answer);
        }

        public override Task<DecryptResponse> Decrypt(DecryptRequest request, ServerCallContext context)
        {
            plugin.Decryptions++;
            if (!request.Annotations.TryGetValue(Stamp, out var stamp) || stamp.ToStringUtf8() != "by " + request.KeyId)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, "the annotation is not there"));
            }

            using var key = plugin.KeyOf(request.KeyId);
            var body = request.Ciphertext.Span;
            var plain = new byte[body.Length - 28];
            try { key.Decrypt(body[..12], body[12..^16], body[^16..], plain); }
            catch (CryptographicException) { throw new RpcException(new Status(StatusCode.InvalidArgument, "not by this key")); }
            return Task.FromResult(new DecryptResponse { Plaintext = ByteString.CopyFrom(plain) });
        }
    }
}
