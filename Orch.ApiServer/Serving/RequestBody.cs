using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Errors;

namespace Orch.ApiServer.Serving;

/// <summary>A request's body in memory, in a rented array.</summary>
internal readonly struct RequestBody : IDisposable
{
    private readonly byte[] _rented;

    private RequestBody(byte[] rented, int length)
    {
        _rented = rented;
        Bytes = rented.AsMemory(0, length);
    }

    /// <summary>Valid until disposal.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="Client.ApiException">413: over the limit. 400: cut off.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit) { throw TooLarge(limit); }
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 4096) + 1);
        var length = 0;
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0) { return new RequestBody(buffer, length); }
                length += read;
                if (length > limit) { throw TooLarge(limit); }
                if (length < buffer.Length) { continue; }
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
        }
        catch (BadHttpRequestException exception)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge(limit) : ApiErrors.BadRequest("the body of the request could not be read", exception);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_rented is not null) { ArrayPool<byte>.Shared.Return(_rented); }
    }

    private static Client.ApiException TooLarge(int limit)
        => ApiErrors.TooLarge(string.Create(CultureInfo.InvariantCulture, $"Request entity too large: limit is {limit}"));
}
