using System.Buffers;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>The items of two lists, paired by what tells them apart.</summary>
internal sealed class ListItems
{
    private const int Few = 16;
    private readonly List<ListItem> _items = [];
    private Dictionary<byte[], ListItem>? _index;

    /// <summary>Each once, in the order of their first appearance.</summary>
    public IReadOnlyList<ListItem> All => _items;

    /// <summary>Notes an item of the old list.</summary>
    public void AddOld(byte[] element, int at)
    {
        var item = FindOrAdd(element);
        if (item.Old < 0) { item.Old = at; } else { (item.MoreOld ??= []).Add(at); }
    }

    /// <summary>Notes an item of the new list.</summary>
    public void AddNew(byte[] element, int at)
    {
        var item = FindOrAdd(element);
        if (item.New < 0) { item.New = at; } else { (item.MoreNew ??= []).Add(at); }
    }

    /// <summary>What tells an item apart; null where it is no such item.</summary>
    public static byte[]? ElementOf(MergeList list, ReadOnlySpan<byte> json, int at)
    {
        if (list.Keys.Length == 0) { return json[at] is (byte)'{' or (byte)'[' or (byte)'n' ? null : PathElement.OfValue(json[at..JsonText.EndOf(json, at)]); }
        if (json[at] != '{') { return null; }
        // A custom resource may name any number of keys.
        Span<(int Start, int End)> values = list.Keys.Length <= Few ? stackalloc (int, int)[Few] : new (int, int)[list.Keys.Length];
        values = values[..list.Keys.Length];
        values.Clear();
        var missing = list.Keys.Length;
        for (var member = JsonText.First(json, at); member >= 0 && missing > 0;)
        {
            var (start, end, value) = JsonText.Member(json, member);
            var valueEnd = JsonText.EndOf(json, value);
            for (var key = 0; key < list.Keys.Length; key++)
            {
                if (!json[start..end].SequenceEqual(list.Keys[key].Utf8Name)) { continue; }
                values[key] = (value, valueEnd);
                missing--;
            }

            member = JsonText.Next(json, valueEnd);
        }

        return Compose(list, json, values);
    }

    private static byte[]? Compose(MergeList list, ReadOnlySpan<byte> json, ReadOnlySpan<(int Start, int End)> values)
    {
        var length = 4;
        for (var key = 0; key < values.Length; key++)
        {
            length += list.Keys[key].Utf8Name.Length + 4 + (values[key].End > 0 ? values[key].End - values[key].Start : list.Keys[key].Default?.Length ?? 0);
        }

        var rented = length > 256 ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> text = rented is null ? stackalloc byte[256] : rented;
        text[0] = (byte)'k';
        text[1] = (byte)':';
        text[2] = (byte)'{';
        var at = 3;
        for (var key = 0; key < values.Length; key++)
        {
            var value = values[key].End > 0 ? json[values[key].Start..values[key].End] : list.Keys[key].Default;
            if (value.IsEmpty) { continue; }
            if (at > 3) { text[at++] = (byte)','; }
            text[at++] = (byte)'"';
            list.Keys[key].Utf8Name.CopyTo(text[at..]);
            at += list.Keys[key].Utf8Name.Length;
            text[at++] = (byte)'"';
            text[at++] = (byte)':';
            value.CopyTo(text[at..]);
            at += value.Length;
        }

        text[at++] = (byte)'}';
        var element = at == 4 ? null : text[..at].ToArray();
        if (rented is not null) { ArrayPool<byte>.Shared.Return(rented); }
        return element;
    }

    private ListItem FindOrAdd(byte[] element)
    {
        if (_index is not null)
        {
            if (_index.TryGetValue(element, out var known)) { return known; }
        }
        else
        {
            foreach (var item in _items)
            {
                if (item.Element.AsSpan().SequenceEqual(element)) { return item; }
            }
        }

        var added = new ListItem(element);
        _items.Add(added);
        if (_index is not null) { _index.Add(element, added); }
        else if (_items.Count > Few) { _index = _items.ToDictionary(static item => item.Element, ElementComparer.Instance); }
        return added;
    }
}
