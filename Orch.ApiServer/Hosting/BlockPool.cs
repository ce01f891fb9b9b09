using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Orch.ApiServer.Hosting;

/// <summary>Memory for connections in blocks of 16 KiB, the size of a TLS record and of an HTTP/2 frame.</summary>
/// <remarks>The listener's own blocks have 4 KiB, and each becomes a record: a list of megabytes then costs four times the calls.</remarks>
internal sealed class BlockPool : MemoryPool<byte>
{
    private const int BlockBytes = 16 * 1024;
    private const int MaxFreeBlocks = 1_024;
    private readonly ConcurrentQueue<Block> _free = new();
    private int _freeCount;
    private bool _isDisposed;

    /// <inheritdoc />
    public override int MaxBufferSize => BlockBytes;

    /// <inheritdoc />
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!_free.TryDequeue(out var block)) { return new Block(this); }
        Interlocked.Decrement(ref _freeCount);
        return block.Reuse();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _free.Clear();
    }

    private void Return(Block block)
    {
        if (_isDisposed || Interlocked.Increment(ref _freeCount) > MaxFreeBlocks)
        {
            Interlocked.Decrement(ref _freeCount);
            return;
        }

        _free.Enqueue(block);
    }

    /// <summary>Makes the listener's pools.</summary>
    internal sealed class Factory : IMemoryPoolFactory<byte>
    {
        /// <inheritdoc />
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool();
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly Memory<byte> _memory = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true), 0, BlockBytes);
        private int _isReturned;

        public Memory<byte> Memory => _memory;

        public Block Reuse()
        {
            Volatile.Write(ref _isReturned, 0);
            return this;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0) { pool.Return(this); }
        }
    }
}
