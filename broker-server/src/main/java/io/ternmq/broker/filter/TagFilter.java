package io.ternmq.broker.filter;

import io.ternmq.broker.store.MessageFilter;
import io.ternmq.protocol.body.SubscriptionData;
import io.ternmq.protocol.message.TagHash;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Lets messages through whose tag hashes like one of a subscription's tags. Different tags may hash alike: the client compares the text. Immutable.
 */
public final class TagFilter implements MessageFilter {
    private final int[] hashes;

    private TagFilter(int[] hashes) {
        this.hashes = hashes;
    }

    /** Returns the filter of a tag subscription. */
    public static MessageFilter of(SubscriptionData subscription) {
        if (subscription.isAll() && subscription.codeSet().isEmpty()) {
            return MessageFilter.ALL;
        }
        IntStream tags = subscription.tagsSet().stream().mapToInt(TagHash::of);
        IntStream codes = subscription.codeSet().stream().mapToInt(Integer::intValue);
        return new TagFilter(IntStream.concat(tags, codes).distinct().sorted().toArray());
    }

    @Override
    public boolean matches(long tagsCode) {
        return tagsCode == (int) tagsCode && Arrays.binarySearch(hashes, (int) tagsCode) >= 0;
    }
}
