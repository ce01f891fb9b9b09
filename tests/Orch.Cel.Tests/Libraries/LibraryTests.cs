namespace Orch.Cel.Tests.Libraries;

public sealed class LibraryTests
{
    [Theory]
    [InlineData("'tacocat'.charAt(3) == 'o' && 'a😀b'.charAt(2) == 'b' && 'a'.charAt(1) == ''")]
    [InlineData("'hello mellow'.indexOf('ello') == 1 && 'hello mellow'.indexOf('jello') == -1 && 'hello mellow'.indexOf('', 2) == 2 && 'hello mellow'.indexOf('ello', 2) == 7 && '😀b'.indexOf('b') == 1")]
    [InlineData("'hello mellow'.lastIndexOf('ello') == 7 && 'hello mellow'.lastIndexOf('ello', 6) == 1 && 'hello mellow'.lastIndexOf('') == 12 && 'a'.lastIndexOf('aa') == -1")]
    [InlineData("['hello', 'mellow'].join() == 'hellomellow' && ['hello', 'mellow'].join(' ') == 'hello mellow' && [].join('/') == ''")]
    [InlineData("'TacoCät'.lowerAscii() == 'tacocät' && 'TacoCät'.upperAscii() == 'TACOCäT'")]
    [InlineData("'hello hello'.replace('he', 'we') == 'wello wello' && 'hello hello'.replace('he', 'we', 1) == 'wello hello' && 'hello hello'.replace('he', 'we', 0) == 'hello hello' && 'ab'.replace('', '_') == '_a_b_'")]
    [InlineData("'a b c'.split(' ') == ['a', 'b', 'c'] && 'a b c'.split(' ', 2) == ['a', 'b c'] && 'a b'.split(' ', 0) == [] && 'ab'.split('') == ['a', 'b'] && 'a b'.split(' ', 1) == ['a b'] && ''.split(',') == ['']")]
    [InlineData("'tacocat'.substring(4) == 'cat' && 'tacocat'.substring(0, 4) == 'taco' && 'a😀b'.substring(1, 2) == '😀'")]
    [InlineData("'  \\ttrim\\n  '.trim() == 'trim' && strings.quote('a\"b\\n') == '\"a\\\\\"b\\\\n\"'")]
    [InlineData("'%s is %d and %.2f, %x %X %o %b %e %%'.format([dyn('a'), 12, 1.005, 255, 'hi', 8, 5, 1234.5]) == 'a is 12 and 1.00, ff 6869 10 101 1.234500e+03 %'")]
    [InlineData("'%s %s'.format([dyn([dyn(1), 'a', 2.5]), {'b': dyn(1), 'a': null}]) == '[1, a, 2.5] {a: null, b: 1}'")]
    public void Strings_OnGoodInput_GiveWhatUpstreamGives(string expression) => Cel.IsTrue(expression);

    [Theory]
    [InlineData("'a'.charAt(2)", "index out of range: 2")]
    [InlineData("'abc'.substring(2, 1)", "invalid substring range. start: 2, end: 1")]
    [InlineData("'abc'.substring(4)", "index out of range: 4")]
    [InlineData("'abc'.indexOf('a', -1)", "index out of range: -1")]
    [InlineData("'%d'.format(['a'])", "error during formatting: decimal clause can only be used on integers, was given string")]
    [InlineData("'%d'.format([])", "index 0 out of range")]
    [InlineData("'%z'.format([1])", "could not parse formatting clause: unrecognized formatting clause \"z\"")]
    [InlineData("[].min()", "min called on empty list")]
    [InlineData("[].max()", "max called on empty list")]
    [InlineData("[1, 2].slice(1, 3)", "cannot slice(1, 3), list is length 2")]
    [InlineData("url('a b')", "URL parse error during conversion from string: parse \"a b\": invalid URI for request")]
    [InlineData("ip('1.2.3')", "IP Address \"1.2.3\" parse error during conversion from string: ParseAddr(\"1.2.3\"): IPv4 address too short")]
    [InlineData("ip('::ffff:1.2.3.4')", "IPv4-mapped IPv6 address \"::ffff:1.2.3.4\" is not allowed")]
    [InlineData("cidr('1.2.3.0/33')", "network address parse error during conversion from string: netip.ParsePrefix(\"1.2.3.0/33\"): prefix length out of range")]
    [InlineData("quantity('Three')", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    [InlineData("quantity('1.5').asInteger()", "cannot convert value to integer")]
    [InlineData("'a'.matches(dyn('('))", "error parsing regexp")]
    public void Libraries_OnBadInput_GiveErrors(string expression, string message) => Assert.StartsWith(message, Cel.Error(expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("[1, 2, 3].isSorted() && !['b', 'a'].isSorted() && [].isSorted() && [1, 3].sum() == 4 && [1.5].sum() == 1.5 && [duration('1s'), duration('1s')].sum() == duration('2s')")]
    [InlineData("[3, 1].min() == 1 && ['a', 'c'].max() == 'c' && [1, 2, 2].indexOf(2) == 1 && [1, 2, 2].lastIndexOf(2) == 2 && [1].indexOf(5) == -1 && [].sum() == 0")]
    [InlineData("[1, 2, 3, 4].slice(1, 3) == [2, 3] && [[1], [2]].flatten() == [1, 2] && [1, 1, 2].distinct() == [1, 2] && [1, 2].reverse() == [2, 1] && [3, 1].sort() == [1, 3] && lists.range(3) == [0, 1, 2]")]
    [InlineData("['bb', 'a'].sortBy(y, y.size()) == ['a', 'bb']")]
    [InlineData("sets.contains([1, 2], [2]) && !sets.contains([1], [2]) && sets.equivalent([1, 1, 2], [2, 1]) && sets.intersects([1], [1, 2]) && !sets.intersects([1], [])")]
    public void Lists_AndSets_GiveWhatUpstreamGives(string expression) => Cel.IsTrue(expression);

    [Theory]
    [InlineData("'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]') == '' && '1 2 3'.findAll('[0-9]') == ['1', '2', '3'] && '1 2 3'.findAll('[0-9]', 2) == ['1', '2']")]
    [InlineData("'foobar'.matches('foo.*') && 'foobar'.matches('o+b') && !'foo'.matches('^bar') && matches('a', 'a') && 'abc'.matches(s)")]
    [InlineData("!'a\\n'.matches('^a$') && !'٣'.matches('\\\\d') && 'a.b'.matches('^\\\\Qa.b\\\\E$') && 'xY'.matches('(?i)^XY$') && 'a]'.matches('^[]a]+$') && 'a1'.matches('^[[:alpha:]][[:digit:]]$') && 'ä'.matches(r'^\\pL$') && 'ä'.matches(r'^\\p{L}$')")]
    public void Patterns_InRe2Syntax_Match(string expression) => Cel.IsTrue(expression, bindings => bindings.Set("s", CelValue.FromString("^abc$")));

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(?<=a)b")]
    [InlineData("(a)\\\\1")]
    [InlineData("a**")]
    [InlineData("[z-a]")]
    public void Patterns_ThatRe2LacksOrNobodyReads_AreRefused(string pattern)
        => Assert.Contains("invalid matches argument", Cel.Environment.Compile($"'a'.matches('{pattern}')").ErrorText(), StringComparison.Ordinal);

    [Theory]
    [InlineData("url('https://example.com:80/path?k=v&k=w#x').getScheme() == 'https' && url('https://example.com:80/').getHost() == 'example.com:80' && url('https://[::1]:80/').getHostname() == '::1'")]
    [InlineData("url('https://example.com:80/').getPort() == '80' && url('https://example.com').getPort() == '' && url('https://example.com/a b').getEscapedPath() == '/a%20b' && url('/a').getHost() == ''")]
    [InlineData("url('https://e.com/p?k=v&k=w&z').getQuery() == {'k': ['v', 'w'], 'z': ['']} && isURL('https://a/') && !isURL('../a') && !isURL('https://a:b/') && isURL('/a') && !isURL('')")]
    [InlineData("ip('1.2.3.4').family() == 4 && ip('::1').family() == 6 && ip('127.0.0.1').isLoopback() && ip('::').isUnspecified() && ip('fe80::1').isLinkLocalUnicast() && ip('224.0.0.1').isLinkLocalMulticast()")]
    [InlineData("ip('8.8.8.8').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast() && isIP('::1') && !isIP('1.2.3') && !isIP('01.2.3.4') && !isIP('fe80::1%eth0') && ip.isCanonical('2001:db8::abcd') && !ip.isCanonical('2001:DB8::ABCD')")]
    [InlineData("string(ip('2001:db8:0:0:1:0:0:1')) == '2001:db8::1:0:0:1' && ip('::1') == ip('0:0:0:0:0:0:0:1') && string(cidr('192.168.0.0/24')) == '192.168.0.0/24'")]
    [InlineData("cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1')) && cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.1.0.0/16').containsCIDR(cidr('10.0.0.0/8'))")]
    [InlineData("cidr('192.168.1.5/24').masked() == cidr('192.168.1.0/24') && cidr('10.0.0.1/8').ip() == ip('10.0.0.1') && cidr('::/64').prefixLength() == 64 && isCIDR('::/0') && !isCIDR('1.2.3.4')")]
    [InlineData("type(ip('1.2.3.4')) == net.IP && type(quantity('1')) == kubernetes.Quantity")]
    [InlineData("quantity('1k').compareTo(quantity('1000')) == 0 && quantity('1Ki').isGreaterThan(quantity('1k')) && quantity('50m').add(quantity('50m')) == quantity('0.1') && quantity('1').sub(2).sign() == -1")]
    [InlineData("isQuantity('1.5Gi') && !isQuantity('1.5.5') && !isQuantity('10 Mi') && quantity('1M').asInteger() == 1000000 && !quantity('1.5').isInteger() && quantity('1.5').asApproximateFloat() == 1.5 && quantity('1e3') == quantity('1k')")]
    [InlineData("quantity('1e1000000').isGreaterThan(quantity('1')) && quantity('1e-1000000').sign() == 1 && quantity('0.0000000001') == quantity('1n')")]
    [InlineData("semver('1.2.3').major() == 1 && semver('1.2.3').minor() == 2 && semver('1.2.3').patch() == 3 && semver('1.2.3').isGreaterThan(semver('1.2.3-rc.1')) && semver('1.0.0-alpha.2').isLessThan(semver('1.0.0-alpha.11'))")]
    [InlineData("isSemver('1.0.0+build') && !isSemver('v1.0') && isSemver('v1.0', true) && !isSemver('01.0.0') && semver('v01.0', true) == semver('1.0.0') && semver('1.2.3').compareTo(semver('1.2.4')) == -1")]
    [InlineData("!format.dns1123Label().validate('my-name').hasValue() && format.dns1123Label().validate('my.name').value() == ['must not contain dots']")]
    [InlineData("!format.dns1123LabelPrefix().validate('my-').hasValue() && format.labelValue().validate('-').hasValue() && !format.qualifiedName().validate('a.b/c').hasValue() && !format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()")]
    [InlineData("!format.date().validate('2021-01-31').hasValue() && format.date().validate('2021-02-31').hasValue() && !format.byte().validate('aGVsbG8=').hasValue() && format.byte().validate('a').hasValue() && !format.datetime().validate('2021-01-01T00:00:00Z').hasValue()")]
    [InlineData("format.qualifiedName().validate('a/b/c').value()[0].startsWith('a valid label key must consist of') && format.qualifiedName().validate('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').value() == ['name part must be no more than 63 bytes']")]
    [InlineData("format.labelValue().validate('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').value() == ['must be no more than 63 bytes'] && format.dns1123Label().validate('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa').value() == ['must be no more than 63 characters']")]
    [InlineData("format.named('dns1123Label').hasValue() && !format.named('nope').hasValue() && format.uri().validate('../a').hasValue()")]
    public void KubernetesLibraries_OnGoodInput_GiveWhatUpstreamGives(string expression) => Cel.IsTrue(expression);

    [Fact]
    public void Authorizer_AskedByAnExpression_IsGivenTheWholeQuestion()
    {
        var authorizer = new Recorder();
        var environment = CelEnvironment.Kubernetes.Extend(builder => builder.AddVariable("authorizer", CelAuthorizer.Type).AddVariable("authorizer.requestResource", CelAuthorizer.ResourceCheckType));
        var bindings = new CelBindings(environment).Set("authorizer", CelAuthorizer.Value(authorizer))
            .Set("authorizer.requestResource", CelAuthorizer.ResourceCheck(authorizer, new CelAuthorizationRequest { Resource = "pods", Namespace = "n", Name = "p" }));

        Assert.True(Run("authorizer.group('apps').resource('deployments').subresource('scale').namespace('a').name('b').check('get').allowed()").Value.IsTrue);
        Assert.Equal(new CelAuthorizationRequest { Group = "apps", Resource = "deployments", Subresource = "scale", Namespace = "a", Name = "b", Verb = "get" }, authorizer.Asked);
        Assert.True(Run("authorizer.serviceAccount('ns', 'sa').path('/healthz').check('get').reason() == 'because' && !authorizer.path('/x').check('get').errored()").Value.IsTrue);
        Assert.True(Run("authorizer.requestResource.check('delete').allowed()").Value.IsTrue);
        Assert.Equal(new CelAuthorizationRequest { Resource = "pods", Namespace = "n", Name = "p", Verb = "delete" }, authorizer.Asked);
        Assert.Equal("resource must not be empty", Run("authorizer.group('').resource('').check('get').allowed()").Error?.Message);
        Assert.True(Run("authorizer.path('/a').check('get').allowed() && authorizer.path('/b').check('get').allowed() && authorizer.path('/c').check('get').allowed()").Error?.IsCostLimitExceeded);

        CelResult Run(string expression)
        {
            var compilation = environment.Compile(expression, CelType.Bool);
            Assert.True(compilation.IsValid, compilation.ErrorText());
            return compilation.ToProgram().Evaluate(bindings);
        }
    }

    private sealed class Recorder : ICelAuthorizer
    {
        public CelAuthorizationRequest? Asked { get; private set; }

        public CelAuthorizationDecision Authorize(CelAuthorizationRequest request)
        {
            Asked = request;
            return new CelAuthorizationDecision(true, "because", null);
        }
    }
}
