using System.Buffers;
using System.Text.Json;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Apply;

/// <summary>Finds what differs between two objects, in one pass over their JSON: what is equal as bytes is not looked into.</summary>
/// <remarks>
/// Rules as in structured-merge-diff's <c>typed.Compare</c>. Both texts are well-formed and written by the same encoder. The old object may be an empty
/// one, of which there is no text: then structs that Go writes even when they are empty do not count as new.
/// </remarks>
internal ref struct ChangeWalker
{
    private const int Absent = -1;
    private const int Empty = -2;
    private readonly ReadOnlySpan<byte> _old;
    private readonly ReadOnlySpan<byte> _new;
    private readonly int _sameAtEnd;
    private FieldSetBuilder _changed;
    private FieldSetBuilder _removed;
    private WalkStep[] _path;
    private int _depth;
    private int _visits;

    private ChangeWalker(ReadOnlySpan<byte> oldJson, ReadOnlySpan<byte> newJson)
    {
        _old = oldJson;
        _new = newJson;
        _sameAtEnd = JsonText.SameAtEnd(oldJson, newJson);
        _path = ArrayPool<WalkStep>.Shared.Rent(32);
    }

    private enum Form
    {
        Scalar,
        Map,
        List,
    }

    /// <summary>What an object has that an empty one has not.</summary>
    public static FieldSet OfNew(ReadOnlySpan<byte> json, MergeType type, IgnoredFields ignored) => Walk([], json, type, ignored).Changed;

    /// <summary>How the new object differs from the old one.</summary>
    public static FieldChanges Between(ReadOnlySpan<byte> oldJson, ReadOnlySpan<byte> newJson, MergeType type, IgnoredFields ignored)
        => Walk(oldJson, newJson, type, ignored);

    private static FieldChanges Walk(ReadOnlySpan<byte> oldJson, ReadOnlySpan<byte> newJson, MergeType type, IgnoredFields ignored)
    {
        var walker = new ChangeWalker(oldJson, newJson);
        var now = JsonText.SkipSpace(newJson, 0);
        if (!oldJson.IsEmpty) { walker.Members(type.Map!, JsonText.SkipSpace(oldJson, 0), now, ignored.Top, ignored.InMetadata); }
        else if (!JsonText.IsEmpty(newJson, now)) { walker.NewMembers(type.Map!, Empty, now, ignored.Top, ignored.InMetadata); }
        var changes = new FieldChanges(walker._changed.Build(), walker._removed.Build());
        ArrayPool<WalkStep>.Shared.Return(walker._path, clearArray: true);
        return changes;
    }

    // One place; at least one of the offsets is a value.
    private void Visit(MergeType type, int old, int now, byte[][]? ignoredBelow)
    {
        if (old < 0)
        {
            VisitNew(type, old, now, ignoredBelow);
            return;
        }

        var isLeaf = now >= 0 ? Compare(FormOf(type, _new, now), type, old, now, ignoredBelow) : Compare(FormOf(type, _old, old), type, old, now, ignoredBelow);
        if (old >= 0 && now >= 0 && FormOf(type, _old, old) != FormOf(type, _new, now)) { Compare(FormOf(type, _old, old), type, old, now, ignoredBelow); }
        if (isLeaf) { return; }
        if (old == Absent) { _changed.Add(_path.AsSpan(0, _depth)); }
        else if (now == Absent) { _removed.Add(_path.AsSpan(0, _depth)); }
    }

    // A place that was not there: nothing is read twice to find out where it ends.
    private int VisitNew(MergeType type, int old, int now, byte[][]? ignoredBelow)
    {
        int end;
        switch (FormOf(type, _new, now))
        {
            case Form.Map when !type.Map!.IsAtomic && !IsEmptyOr(_new, now, (byte)'{'):
                end = NewMembers(type.Map, old, now, ignoredBelow, null);
                break;
            case Form.List when !type.List!.IsAtomic && !IsEmptyOr(_new, now, (byte)'['):
                end = NewItems(type.List, now);
                break;
            default:
                Leaf(old, now);
                return JsonText.EndOf(_new, now);
        }

        if (old == Absent) { _changed.Add(_path.AsSpan(0, _depth)); }
        return end;
    }

    private int NewMembers(MergeMap map, int old, int now, byte[][]? ignored, byte[][]? ignoredBelow)
    {
        for (var at = JsonText.First(_new, now); ;)
        {
            var (start, end, value) = JsonText.Member(_new, at);
            var name = _new[start..end];
            var valueEnd = IgnoredFields.Has(ignored, name) ? JsonText.EndOf(_new, value) : NewMember(map, name, old, value, ignoredBelow);
            valueEnd = JsonText.SkipSpace(_new, valueEnd);
            if (_new[valueEnd] != ',') { return valueEnd + 1; }
            at = JsonText.SkipSpace(_new, valueEnd + 1);
        }
    }

    private int NewMember(MergeMap map, ReadOnlySpan<byte> name, int old, int now, byte[][]? ignoredBelow)
    {
        var field = map.Find(name);
        var below = field?.Name == "metadata" ? ignoredBelow : null;
        if (old == Empty && below is null && field is not { IsInEmpty: true }) { old = Absent; }
        Push(field?.Element ?? PathElement.OfField(name.Contains((byte)'\\') ? Unescape(name) : name));
        var end = VisitNew(field?.Type ?? map.Element ?? MergeType.Free, old, now, below);
        _depth--;
        return end;
    }

    private int NewItems(MergeList list, int now)
    {
        var elements = new List<byte[]?>();
        for (var at = JsonText.First(_new, now); at >= 0; at = JsonText.Next(_new, JsonText.EndOf(_new, at))) { elements.Add(ListItems.ElementOf(list, _new, at)); }
        if (!AreDistinct(elements))
        {
            Items(list, Absent, now);
            return JsonText.EndOf(_new, now);
        }

        var item = JsonText.First(_new, now);
        for (var index = 0; ; index++)
        {
            int end;
            if (elements[index] is { } element)
            {
                Push(element);
                end = VisitNew(list.Element, Absent, item, null);
                _depth--;
            }
            else { end = JsonText.EndOf(_new, item); }

            end = JsonText.SkipSpace(_new, end);
            if (_new[end] != ',') { return end + 1; }
            item = JsonText.SkipSpace(_new, end + 1);
        }
    }

    private static bool AreDistinct(List<byte[]?> elements)
    {
        if (elements.Count > 16) { return new HashSet<byte[]>(elements.OfType<byte[]>(), ElementComparer.Instance).Count == elements.Count; }
        for (var index = 1; index < elements.Count; index++)
        {
            for (var before = 0; before < index; before++)
            {
                if (elements[index].AsSpan().SequenceEqual(elements[before])) { return false; }
            }
        }

        return true;
    }

    private static Form FormOf(MergeType type, ReadOnlySpan<byte> json, int at) => json[at] switch
    {
        (byte)'{' when type.Map is not null => Form.Map,
        (byte)'[' when type.List is not null => Form.List,
        not ((byte)'{' or (byte)'[' or (byte)'n') when type.Scalar != ScalarKind.None => Form.Scalar,
        _ => type.Map is not null ? Form.Map : type.Scalar != ScalarKind.None ? Form.Scalar : Form.List,
    };

    private bool Compare(Form form, MergeType type, int old, int now, byte[][]? ignoredBelow)
    {
        switch (form)
        {
            case Form.Map when !type.Map!.IsAtomic && !(IsEmptyOr(_old, old, (byte)'{') && IsEmptyOr(_new, now, (byte)'{')):
                Members(type.Map, Opening(_old, old, (byte)'{'), Opening(_new, now, (byte)'{'), ignoredBelow, null);
                return false;
            case Form.List when !type.List!.IsAtomic && !(IsEmptyOr(_old, old, (byte)'[') && IsEmptyOr(_new, now, (byte)'[')):
                Items(type.List, Opening(_old, old, (byte)'['), Opening(_new, now, (byte)'['));
                return false;
            default:
                Leaf(old, now);
                return true;
        }
    }

    // A value of another form counts as nothing there.
    private static int Opening(ReadOnlySpan<byte> json, int at, byte opening) => at >= 0 && json[at] != opening ? Absent : at;

    private static bool IsEmptyOr(ReadOnlySpan<byte> json, int at, byte opening) => at < 0 || json[at] != opening || JsonText.IsEmpty(json, at);

    private void Leaf(int old, int now)
    {
        if (old == Absent) { _changed.Add(_path.AsSpan(0, _depth)); }
        else if (now == Absent) { _removed.Add(_path.AsSpan(0, _depth)); }
        else if (old == Empty ? !IsZero(now) : !JsonEquality.Equal(_old, old, _new, now)) { _changed.Add(_path.AsSpan(0, _depth)); }
    }

    private readonly bool IsZero(int at) => _new[at] switch
    {
        (byte)'{' => JsonText.IsEmpty(_new, at),
        (byte)'"' => _new[at + 1] == '"',
        (byte)'0' => JsonText.EndOf(_new, at) == at + 1,
        (byte)'n' or (byte)'f' => true,
        _ => false,
    };

    private void Members(MergeMap map, int old, int now, byte[][]? ignored, byte[][]? ignoredBelow)
    {
        var (o, n) = (old < 0 ? -1 : JsonText.First(_old, old), now < 0 ? -1 : JsonText.First(_new, now));
        // One encoder writes the fields of a type in one order: mostly both go in step.
        while (o >= 0 && n >= 0)
        {
            if (IsSameFrom(o, n)) { return; }
            var (oldStart, oldEnd, oldValue) = JsonText.Member(_old, o);
            var (newStart, newEnd, newValue) = JsonText.Member(_new, n);
            var name = _new[newStart..newEnd];
            if (!name.SequenceEqual(_old[oldStart..oldEnd]))
            {
                // What counts on neither side may stand on one alone.
                if (IgnoredFields.Has(ignored, _old[oldStart..oldEnd])) { o = JsonText.Next(_old, JsonText.EndOf(_old, oldValue)); }
                else if (IgnoredFields.Has(ignored, name)) { n = JsonText.Next(_new, JsonText.EndOf(_new, newValue)); }
                else { break; }
                continue;
            }

            var end = JsonText.EndOf(_new, newValue);
            var isSame = IsSame(oldValue, newValue, end - newValue);
            if (!isSame && !IgnoredFields.Has(ignored, name)) { Member(map, name, oldValue, newValue, ignoredBelow); }
            o = JsonText.Next(_old, isSame ? oldValue + end - newValue : JsonText.EndOf(_old, oldValue));
            n = JsonText.Next(_new, end);
        }

        if (o < 0)
        {
            for (; n >= 0;)
            {
                var (start, end, value) = JsonText.Member(_new, n);
                var valueEnd = IgnoredFields.Has(ignored, _new[start..end]) ? JsonText.EndOf(_new, value) : NewMember(map, _new[start..end], Absent, value, ignoredBelow);
                n = JsonText.Next(_new, valueEnd);
            }

            return;
        }

        if (n < 0)
        {
            for (; o >= 0;)
            {
                var (start, end, value) = JsonText.Member(_old, o);
                if (!IgnoredFields.Has(ignored, _old[start..end])) { Member(map, _old[start..end], value, Absent, ignoredBelow); }
                o = JsonText.Next(_old, JsonText.EndOf(_old, value));
            }

            return;
        }

        Unordered(map, o, n, ignored, ignoredBelow);
    }

    // Whether all that follows, in this map and in those around it, is equal.
    private readonly bool IsSameFrom(int old, int now) => _old.Length - old == _new.Length - now && _new.Length - now <= _sameAtEnd;

    private readonly bool IsSame(int old, int now, int length)
        => old + length < _old.Length && _old[old + length] is (byte)',' or (byte)'}' or (byte)']' && _old.Slice(old, length).SequenceEqual(_new.Slice(now, length));

    // The rest of two maps whose members are not in the same order.
    private void Unordered(MergeMap map, int old, int now, byte[][]? ignored, byte[][]? ignoredBelow)
    {
        var left = MembersOf(_old, old);
        var right = MembersOf(_new, now);
        var (l, r) = (0, 0);
        while (l < left.Length || r < right.Length)
        {
            var order = l == left.Length ? 1 : r == right.Length ? -1 : left[l].Name.AsSpan().SequenceCompareTo(right[r].Name);
            var name = order <= 0 ? left[l].Name : right[r].Name;
            var oldValue = order <= 0 ? left[l++].Value : Absent;
            var newValue = order >= 0 ? right[r++].Value : Absent;
            if (!IgnoredFields.Has(ignored, name)) { Member(map, name, oldValue, newValue, ignoredBelow); }
        }
    }

    private static (byte[] Name, int Value)[] MembersOf(ReadOnlySpan<byte> json, int at)
    {
        var members = new List<(byte[] Name, int Value)>();
        while (at >= 0)
        {
            var (start, end, value) = JsonText.Member(json, at);
            members.Add((json[start..end].ToArray(), value));
            at = JsonText.Next(json, JsonText.EndOf(json, value));
        }

        members.Sort(static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        return [.. members];
    }

    private void Member(MergeMap map, ReadOnlySpan<byte> name, int old, int now, byte[][]? ignoredBelow)
    {
        if (old >= 0 && now >= 0 && IsSame(old, now, JsonText.EndOf(_new, now) - now)) { return; }
        var field = map.Find(name);
        var below = field?.Name == "metadata" ? ignoredBelow : null;
        if (old == Empty && below is null && field is not { IsInEmpty: true }) { old = Absent; }
        Push(field?.Element ?? PathElement.OfField(name.Contains((byte)'\\') ? Unescape(name) : name));
        Visit(field?.Type ?? map.Element ?? MergeType.Free, old, now, below);
        _depth--;
    }

    private static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        byte[] quoted = [(byte)'"', .. text, (byte)'"'];
        return System.Text.Encoding.UTF8.GetBytes((string)JsonTree.Read(quoted)!);
    }

    private void Items(MergeList list, int old, int now)
    {
        var items = new ListItems();
        for (var at = old < 0 ? -1 : JsonText.First(_old, old); at >= 0; at = JsonText.Next(_old, JsonText.EndOf(_old, at)))
        {
            if (ListItems.ElementOf(list, _old, at) is { } element) { items.AddOld(element, at); }
        }

        for (var at = now < 0 ? -1 : JsonText.First(_new, now); at >= 0; at = JsonText.Next(_new, JsonText.EndOf(_new, at)))
        {
            if (ListItems.ElementOf(list, _new, at) is { } element) { items.AddNew(element, at); }
        }

        foreach (var item in items.All)
        {
            Push(item.Element);
            Item(list, item);
            _depth--;
        }
    }

    // An item that stands twice is owned as a whole.
    private void Item(MergeList list, ListItem item)
    {
        var (wasTwice, isTwice) = (item.MoreOld is not null, item.MoreNew is not null);
        if (wasTwice && isTwice)
        {
            if (!SameItems(item)) { _changed.Add(_path.AsSpan(0, _depth)); }
        }
        else if (wasTwice)
        {
            if (item.New >= 0) { Visit(list.Element, Absent, item.New, null); }
            _removed.Add(_path.AsSpan(0, _depth));
        }
        else if (isTwice)
        {
            if (item.Old >= 0) { Visit(list.Element, item.Old, Absent, null); }
            _changed.Add(_path.AsSpan(0, _depth));
        }
        else if (item.Old < 0 || item.New < 0 || !IsSame(item.Old, item.New, JsonText.EndOf(_new, item.New) - item.New))
        {
            Visit(list.Element, item.Old, item.New, null);
        }
    }

    private readonly bool SameItems(ListItem item)
    {
        if (item.MoreOld!.Count != item.MoreNew!.Count || !JsonEquality.Equal(_old, item.Old, _new, item.New)) { return false; }
        for (var index = 0; index < item.MoreOld.Count; index++)
        {
            if (!JsonEquality.Equal(_old, item.MoreOld[index], _new, item.MoreNew[index])) { return false; }
        }

        return true;
    }

    private void Push(byte[] element)
    {
        if (_depth == _path.Length)
        {
            var larger = ArrayPool<WalkStep>.Shared.Rent(_depth * 2);
            _path.CopyTo(larger, 0);
            ArrayPool<WalkStep>.Shared.Return(_path, clearArray: true);
            _path = larger;
        }

        _path[_depth++] = new WalkStep(element, ++_visits);
    }
}
