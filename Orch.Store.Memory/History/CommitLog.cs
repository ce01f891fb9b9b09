namespace Orch.Store.Memory.History;

/// <summary>The retained commits in revision order, without a hole, so that one is found by its number.</summary>
internal sealed class CommitLog
{
    private CommitRecord[] _ring = new CommitRecord[16];
    private int _head;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public CommitRecord First => _ring[_head];

    public void Add(CommitRecord record)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        if (Count > 0)
        {
            At(Count - 1).Next = record;
        }

        _ring[(_head + Count) & (_ring.Length - 1)] = record;
        Count++;
        Bytes += record.Bytes;
    }

    /// <summary>Null: not retained, or not there yet.</summary>
    public CommitRecord? Find(long revision)
    {
        var at = Count == 0 ? -1 : revision - First.Revision;
        return at >= 0 && at < Count ? At((int)at) : null;
    }

    public CommitRecord DropFirst()
    {
        var dropped = First;
        _ring[_head] = null!;
        _head = (_head + 1) & (_ring.Length - 1);
        Count--;
        Bytes -= dropped.Bytes;
        dropped.Next = CommitRecord.Dropped;
        return dropped;
    }

    public void Clear()
    {
        while (Count > 0)
        {
            DropFirst();
        }
    }

    private CommitRecord At(int position) => _ring[(_head + position) & (_ring.Length - 1)];

    private void Grow()
    {
        var larger = new CommitRecord[_ring.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            larger[i] = At(i);
        }

        (_ring, _head) = (larger, 0);
    }
}
